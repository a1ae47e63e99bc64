/**
 * What most people would write: csv-parse, p-limit(50) and got with keep-alive, one PUT a row. No queue, no retry of what
 * a crash left behind, no ledger. Plain JavaScript, so that its start is not slowed by a compiler.
 *
 * node bench/peers/got.mjs FILE BASE_URL TOKEN CONCURRENCY; prints {"rows", "ms"}: from opening the file to the last answer.
 */
import { createReadStream } from 'node:fs';
import http from 'node:http';
import { parse } from 'csv-parse';
import got from 'got';
import pLimit from 'p-limit';

const [file, baseUrl, token, concurrency] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(concurrency) });
const client = got.extend({ prefixUrl: baseUrl, agent: { http: agent }, headers: { 'api-access-token': token } });
const limit = pLimit(Number(concurrency));

async function put({ id, ...row }) {
  const json = {};
  for (const [column, value] of Object.entries(row)) {
    const [object, key] = column.split('.');
    if (key === undefined) json[column] = value;
    else json[object] = { ...json[object], [key]: key === 'seats' ? Number(value) : value };
  }
  await client.put(`api/v1/accounts/1/contacts/${id}`, { json }).json();
}

const from = performance.now();
const pending = [];
for await (const row of createReadStream(file).pipe(parse({ columns: true }))) pending.push(limit(() => put(row)));
await Promise.all(pending);
const ms = performance.now() - from;
agent.destroy();
process.stdout.write(`${JSON.stringify({ rows: pending.length, ms })}\n`);
