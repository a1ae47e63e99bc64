import type { Answer, NetworkFault } from './answer.ts';

/** Reads the answer of `GET /api`: 'well', or one phrase that says what is not. Pure. */
export function healthOf(outcome: Answer | NetworkFault): string {
  if (outcome.type === 'fault') return `GET /api: ${outcome.code}`;
  if (outcome.status !== 200) return `GET /api: HTTP ${outcome.status}`;
  try {
    const body = JSON.parse(outcome.text) as Record<string, unknown>;
    const failing = ['queue_services', 'data_services'].filter((part) => body[part] === 'failing');
    return failing.length === 0 ? 'well' : `GET /api says ${failing.join(' and ')} failing`;
  } catch {
    return 'GET /api: no JSON';
  }
}
