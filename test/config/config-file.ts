import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

const dir = mkdtempSync(join(tmpdir(), 'cs-config-'));
after(() => rmSync(dir, { recursive: true }));
let files = 0;

/** Writes a configuration file, which is gone after the tests; JSON is YAML. */
export function configFile(config: unknown): string {
  const path = join(dir, `${++files}.yaml`);
  writeFileSync(path, JSON.stringify(config));
  return path;
}
