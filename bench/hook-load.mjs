/**
 * Sends signed deliveries over keep-alive connections, one at a time on each, and measures how long the answers take. It
 * writes prepared bytes to sockets, so that it takes little from the server it shares the cores with.
 *
 * node bench/hook-load.mjs JSON of {url, path, secret, label, events, contacts, connections, perSecond}; perSecond 0: as fast
 * as answers come, each time from the write; otherwise evenly, each time from when the delivery was due, so that one that
 * has to wait for a connection counts as slow. Prints {"ms", "refused", "p50", "p95", "p99", "max", "written"}: `written` are
 * the moments of the writes (Unix ms) in the order of the events, for at most 1,000 of them.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';

const { url, path, secret, label, events, contacts, connections, perSecond } = JSON.parse(process.argv[2]);
const { hostname, port, host } = new URL(url);
const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');

function delivery(i) {
  const id = `${label}-${i}`;
  const body = JSON.stringify({
    id,
    type: 'contact.upserted',
    occurredAt: new Date().toISOString(),
    contact: {
      email: `contact${(i % contacts) + 1}@example.com`,
      name: `Named by ${id}`,
      customAttributes: { tier: `tier ${id}`, owner: `owner ${i % 7}` },
    },
  });
  const seconds = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    `webhook-id: ${id}`,
    `webhook-timestamp: ${seconds}`,
    `webhook-signature: v1,${signature}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const deliveries = Array.from({ length: events }, (_, i) => delivery(i));
const times = new Float64Array(events);
const written = [];
/** When a delivery was due, in the order of the events; of one that is due at once it is when it was written. */
const due = new Float64Array(events);
const idle = [];
let next = 0;
let ready = perSecond === 0 ? events : 0;
let answered = 0;
let refused = 0;
let finish;
const finished = new Promise((resolve) => {
  finish = resolve;
});

function send(lane) {
  const i = next++;
  lane.event = i;
  if (perSecond === 0) due[i] = performance.now();
  if (i < 1000) written.push(Date.now());
  lane.socket.write(deliveries[i]);
}

function onData(lane, chunk) {
  lane.text += chunk;
  const end = lane.text.indexOf('\r\n\r\n');
  if (end < 0) return;
  const length = Number(/content-length: (\d+)/i.exec(lane.text.slice(0, end))[1]);
  if (lane.text.length < end + 4 + length) return;
  if (lane.text.slice(9, 12) !== '200') refused++;
  lane.text = '';
  times[lane.event] = performance.now() - due[lane.event];
  answered++;
  if (answered === events) finish();
  else if (next < ready) send(lane);
  else idle.push(lane);
}

for (let n = 0; n < connections; n++) {
  const lane = { socket: net.connect(Number(port), hostname), text: '', event: 0 };
  await once(lane.socket, 'connect');
  lane.socket.setNoDelay(true);
  lane.socket.setEncoding('latin1').on('data', (chunk) => onData(lane, chunk));
  lane.socket.on('close', () => {
    if (answered < events) throw new Error('the server closed a connection');
  });
  idle.push(lane);
}

const from = performance.now();
if (perSecond === 0) {
  for (const lane of idle.splice(0, events)) send(lane);
} else {
  const timer = setInterval(() => {
    const now = performance.now();
    for (; ready < events && from + (ready * 1000) / perSecond <= now; ready++)
      due[ready] = from + (ready * 1000) / perSecond;
    while (next < ready && idle.length > 0) send(idle.shift());
    if (ready === events && next === events) clearInterval(timer);
  }, 1);
}
await finished;
const ms = performance.now() - from;
times.sort();
const at = (share) => times[Math.min(events - 1, Math.ceil(events * share) - 1)];
const measured = { ms, refused, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1), written };
process.stdout.write(`${JSON.stringify(measured)}\n`, () => process.exit(0));
