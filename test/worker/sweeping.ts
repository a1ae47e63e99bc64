/** A process of its own that sweeps, so that it can be killed: takes the address of a Redis and of a desk, and tells when it has swept. */
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { Bound } from '../../src/memory/bound.ts';
import { WriteHold } from '../../src/queue/hold.ts';
import { Intake } from '../../src/queue/intake.ts';
import { Jobs } from '../../src/queue/jobs.ts';
import { keysOf } from '../../src/redis/keys.ts';
import { Chores } from '../../src/worker/chores.ts';

const [, , socket, desk] = process.argv;
const redis = new Redis({ path: socket!, maxRetriesPerRequest: null });
const keys = keysOf(desk!, 1);
const intake = new Intake(redis, keys);
const jobs = new Jobs(redis, keys);
const hold = new WriteHold(redis, keys, intake, jobs);
const bound = new Bound(redis, keys, { most: undefined, now: Date.now });
const log = pino({ level: 'silent' });
const chores = new Chores({ redis, keys, intake, jobs, hold, bound, desk: { places: { activeCount: 3 } }, log });
await chores.sweep();
chores.start();
process.send!('swept');
