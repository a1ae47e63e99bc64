import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECRET } from './hooks.ts';
import type { StormEvent } from './storm-events.ts';

/** How a sender that gives up nothing fared. */
export interface Sent {
  /** Deliveries that were answered 200. */
  taken: number;
  /** Attempts that were answered otherwise, or not at all. */
  retried: number;
}

const AT_ONCE = 10;

/** Before an attempt is made again, in milliseconds. */
const PAUSE_MS = 50;

const KEY = Buffer.from(SECRET.replace(/^whsec_/, ''), 'base64');

/**
 * Sends deliveries in their order, ten at once and so many a second at most, each until it is answered 200: as senders do
 * that promise to deliver at least once. `progress` hears how many were taken. Throws when one is refused for good.
 */
export async function sendAll(
  url: string,
  deliveries: readonly StormEvent[],
  perSecond: number,
  progress: (taken: number) => void,
): Promise<Sent> {
  const from = performance.now();
  const sent: Sent = { taken: 0, retried: 0 };
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < deliveries.length; i = next++) {
      const early = from + (i * 1000) / perSecond - performance.now();
      if (early > 0) await sleep(early);
      while (!(await attempt(url, deliveries[i]!))) {
        sent.retried++;
        await sleep(PAUSE_MS);
      }
      sent.taken++;
      progress(sent.taken);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return sent;
}

async function attempt(url: string, { id, body }: StormEvent): Promise<boolean> {
  const seconds = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', KEY).update(`${id}.${seconds}.${body}`).digest('base64');
  let status: number;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': `v1,${signature}`,
      },
      body,
    });
    await response.text();
    status = response.status;
  } catch {
    // Whether it was taken is not known: the sender can only send it again.
    return false;
  }
  if (status >= 400 && status < 500) throw new Error(`${url} refused a delivery with ${status}`);
  return status === 200;
}
