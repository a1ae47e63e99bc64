import type { Verifier } from '../source/webhook/verify/verify.ts';
import { EventMapping, type EventMappingParts } from './event-mapping.ts';

export interface EventSourceParts extends EventMappingParts {
  verifier: Verifier;
}

/** One sender of webhooks, as configured. */
export class EventSource extends EventMapping {
  readonly verifier: Verifier;

  constructor(parts: EventSourceParts) {
    super(parts);
    this.verifier = parts.verifier;
  }
}
