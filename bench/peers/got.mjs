/**
 * What most people would write: csv-parse, p-limit(50) and got with keep-alive, one PUT a row. No queue, no retry of what
 * a crash left behind, no ledger. Plain JavaScript, so that its start is not slowed by a compiler.
 *
 * node bench/peers/got.mjs FILE BASE_URL TOKEN CONCURRENCY; prints {"rows", "ms", "cpu_ms"}: from opening the file to the last answer.
 */
import { createReadStream } from 'node:fs';
import http from 'node:http';
import { parse } from 'csv-parse';
import got from 'got';
import pLimit from 'p-limit';
import { bodyOf, say } from './body.mjs';

const [file, baseUrl, token, concurrency] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(concurrency) });
const client = got.extend({ prefixUrl: baseUrl, agent: { http: agent }, headers: { 'api-access-token': token } });
const limit = pLimit(Number(concurrency));
const put = (row) => client.put(`api/v1/accounts/1/contacts/${row.id}`, { json: bodyOf(row) }).json();

const [from, cpu] = [performance.now(), process.cpuUsage()];
const pending = [];
for await (const row of createReadStream(file).pipe(parse({ columns: true }))) pending.push(limit(() => put(row)));
await Promise.all(pending);
say(pending.length, performance.now() - from, cpu);
agent.destroy();
