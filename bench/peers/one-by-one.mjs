/**
 * The first script anybody writes: a row, a fetch, the next row.
 *
 * node bench/peers/one-by-one.mjs FILE BASE_URL TOKEN; prints {"rows", "ms", "cpu_ms"}.
 */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { bodyOf, say } from './body.mjs';

const [file, baseUrl, token] = process.argv.slice(2);
const headers = { 'api-access-token': token, 'content-type': 'application/json' };

const [from, cpu] = [performance.now(), process.cpuUsage()];
let rows = 0;
for await (const row of createReadStream(file).pipe(parse({ columns: true }))) {
  const url = `${baseUrl}/api/v1/accounts/1/contacts/${row.id}`;
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(bodyOf(row)) });
  await answer.json();
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  rows += 1;
}
say(rows, performance.now() - from, cpu);
