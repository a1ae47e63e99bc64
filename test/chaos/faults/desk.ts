import { limitOf } from '../world.ts';
import type { Fault } from './fault.ts';

const PAGES = [502, 503, 504] as const;

/** A proxy answers for the desk. */
const outage: Fault = {
  name: 'outage',
  what: 'a proxy answers 502, 503 or 504 for the desk',
  group: 'desk',
  lasts: [5000, 20_000],
  weight: 2,
  inflict({ sandbox }, dice) {
    sandbox.outage(600_000, PAGES[Math.floor(dice * PAGES.length)]!);
    return () => sandbox.endOutage();
  },
};

/** A minute without the desk, now and then: the pauses between tries have grown to their longest by then. */
const longOutage: Fault = {
  name: 'long-outage',
  what: 'the same with 503 for up to a minute',
  group: 'desk',
  lasts: [30_000, 60_000],
  weight: 0.3,
  inflict({ sandbox }) {
    sandbox.outage(600_000, 503);
    return () => sandbox.endOutage();
  },
};

/** Nobody listens at its address: connections are refused, and those there are end. */
const refused: Fault = {
  name: 'desk-refused',
  what: 'connections to the desk are refused, those that are open end',
  group: 'desk',
  lasts: [1000, 20_000],
  weight: 2,
  async inflict({ wire }) {
    await wire.refuse();
    return () => wire.accept();
  },
};

/** The desk's own Redis or Postgres is gone; without Redis a write is answered 500 and is yet done. */
const broken: Fault = {
  name: 'desk-part-gone',
  what: 'the desk without its own Redis (a write is answered 500 and is yet done) or its Postgres',
  group: 'desk',
  lasts: [1000, 8000],
  weight: 1,
  inflict({ sandbox }, dice) {
    sandbox.breakPart(dice < 0.5 ? 'redis' : 'postgres');
    return () => sandbox.breakPart(null);
  },
};

/** The token is revoked, and an administrator puts it back. */
const revoked: Fault = {
  name: 'token-revoked',
  what: 'the token is refused (401), and then good again',
  group: 'token',
  lasts: [1000, 8000],
  weight: 1.5,
  inflict({ sandbox }) {
    sandbox.revokeToken();
    return () => sandbox.restoreToken();
  },
};

/** The desk allows a fraction of what it did: every call beyond is a 429, until the window ends. */
const lowered: Fault = {
  name: 'limit-lowered',
  what: 'the desk allows 10 to 60 % of the rate we keep: a storm of 429',
  group: 'limit',
  lasts: [2000, 12_000],
  weight: 2,
  inflict({ sandbox, round }, dice) {
    sandbox.setRateLimit(Math.round(round.rate * (0.1 + 0.5 * dice)));
    return () => sandbox.setRateLimit(limitOf(round));
  },
};

/** What happens to the desk itself. */
export const DESK_FAULTS: readonly Fault[] = [outage, longOutage, refused, broken, revoked, lowered];
