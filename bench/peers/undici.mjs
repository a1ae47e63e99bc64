/**
 * The same with undici, the quickest client there is for Node: csv-parse, p-limit(50), a pool of connections.
 *
 * node bench/peers/undici.mjs FILE BASE_URL TOKEN CONCURRENCY; prints {"rows", "ms", "cpu_ms"}.
 */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import pLimit from 'p-limit';
import { Pool } from 'undici';
import { bodyOf, say } from './body.mjs';

const [file, baseUrl, token, concurrency] = process.argv.slice(2);
const pool = new Pool(baseUrl, { connections: Number(concurrency) });
const limit = pLimit(Number(concurrency));
const headers = { 'api-access-token': token, 'content-type': 'application/json' };

async function put(row) {
  const path = `/api/v1/accounts/1/contacts/${row.id}`;
  const answer = await pool.request({ method: 'PUT', path, headers, body: JSON.stringify(bodyOf(row)) });
  const body = await answer.body.json();
  if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}`);
  return body;
}

const [from, cpu] = [performance.now(), process.cpuUsage()];
const pending = [];
for await (const row of createReadStream(file).pipe(parse({ columns: true }))) pending.push(limit(() => put(row)));
await Promise.all(pending);
say(pending.length, performance.now() - from, cpu);
await pool.close();
