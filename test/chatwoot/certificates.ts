import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A private authority, and a server whose certificate it signed for `localhost`. */
export interface Private {
  /** PEM file of the authority. */
  ca: string;
  /** Of an authority that signed nothing here. */
  other: string;
  /** By the name of the certificate, and by one it does not have. */
  url: string;
  misnamed: string;
  /** Headers of the requests that came. */
  requests: Record<string, unknown>[];
}

/** Starts the server; it answers as a desk does that does not know the token. It ends with the test. */
export async function privateDesk(t: TestContext): Promise<Private> {
  const dir = mkdtempSync(join(tmpdir(), 'cs-ca-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const openssl = (text: string) => execFileSync('openssl', text.split(' '), { cwd: dir, stdio: 'pipe' });
  const curve = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  for (const name of ['ca', 'other'])
    openssl(`req -x509 ${curve} -keyout ${name}.key -out ${name}.pem -subj /CN=${name} -days 2`);
  openssl(`req ${curve} -keyout desk.key -out desk.csr -subj /CN=desk`);
  writeFileSync(join(dir, 'names'), 'subjectAltName=DNS:localhost');
  openssl('x509 -req -in desk.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out desk.pem -days 2 -extfile names');
  const requests: Private['requests'] = [];
  const read = (name: string) => readFileSync(join(dir, name));
  const server = createServer({ key: read('desk.key'), cert: read('desk.pem') }, (request, response) => {
    requests.push(request.headers);
    const known = request.url === '/api';
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(known ? '{"version":"4.10.0"}' : '{"error":"not signed in"}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const [ca, other] = [join(dir, 'ca.pem'), join(dir, 'other.pem')];
  return { ca, other, url: `https://localhost:${port}`, misnamed: `https://127.0.0.1:${port}`, requests };
}
