import { apply } from './apply.ts';
import { enqueue } from './enqueue.ts';
import { serve } from './serve.ts';
import { sync } from './sync.ts';
import { undo } from './undo.ts';
import type { Work } from './work.ts';

/** What rounds do, in turn. */
export const WORKS: readonly Work[] = [sync, enqueue, serve, apply, undo];
