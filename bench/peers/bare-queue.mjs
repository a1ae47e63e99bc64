/**
 * A bare queue: one BullMQ job a row with its values inside, a worker that sends it with got. Survives a crash and tries
 * again; does not compare, keep an order, hold a limit between processes, or write down what became of a row.
 *
 * node bench/peers/bare-queue.mjs FILE BASE_URL TOKEN CONCURRENCY REDIS_SOCKET; prints {"rows", "ms", "cpu_ms"}.
 */
import { createReadStream } from 'node:fs';
import http from 'node:http';
import { Queue, Worker } from 'bullmq';
import { parse } from 'csv-parse';
import got from 'got';
import { Redis } from 'ioredis';
import { bodyOf, say } from './body.mjs';

/** As many jobs as BullMQ takes best at a time (docs of addBulk; more gains nothing). */
const BULK = 1000;

const [file, baseUrl, token, concurrency, socket] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(concurrency) });
const client = got.extend({ prefixUrl: baseUrl, agent: { http: agent }, headers: { 'api-access-token': token } });
const connection = new Redis({ path: socket, maxRetriesPerRequest: null });
const name = `bare-${process.pid}`;
const queue = new Queue(name, { connection });
const opts = { attempts: 5, backoff: { type: 'exponential', delay: 1000 } };

let done = 0;
let rows = Number.POSITIVE_INFINITY;
let finish;
const finished = new Promise((resolve) => {
  finish = resolve;
});

async function work({ data }) {
  await client.put(`api/v1/accounts/1/contacts/${data.id}`, { json: bodyOf(data) }).json();
}

const [from, cpu] = [performance.now(), process.cpuUsage()];
const worker = new Worker(name, work, {
  connection,
  concurrency: Number(concurrency),
  removeOnComplete: { count: 0 },
});
worker.on('completed', () => {
  done += 1;
  if (done === rows) finish();
});
let bulk = [];
let read = 0;
for await (const data of createReadStream(file).pipe(parse({ columns: true }))) {
  bulk.push({ name: 'put', data, opts });
  read += 1;
  if (bulk.length < BULK) continue;
  await queue.addBulk(bulk);
  bulk = [];
}
await queue.addBulk(bulk);
rows = read;
if (done < rows) await finished;
say(rows, performance.now() - from, cpu);
await worker.close();
await queue.obliterate({ force: true });
await queue.close();
connection.disconnect();
agent.destroy();
