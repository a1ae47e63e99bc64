/** `npm run demo`: makes the machine ready, builds if the sources are newer than the build, and runs the demo. */
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { orExit, ROOT, setup } from './setup.mjs';

/** When the newest file below these paths was written, in ms since 1970; 0 when there is none. */
function newest(...paths) {
  let latest = 0;
  for (const path of paths.map((name) => join(ROOT, name))) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) continue;
    if (!found.isDirectory()) latest = Math.max(latest, found.mtimeMs);
    else
      for (const name of readdirSync(path, { recursive: true }))
        latest = Math.max(latest, statSync(join(path, name)).mtimeMs);
  }
  return latest;
}

orExit(() => setup({ redis: 'any' }));

if (newest('dist') < newest('src', 'jobs', 'config', 'scripts/build.mjs', 'package.json')) {
  console.error('demo: building (node scripts/build.mjs)');
  const build = spawnSync(process.execPath, ['scripts/build.mjs'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (build.status !== 0) process.exit(build.status ?? 1);
}

const demo = spawn(process.execPath, [join(ROOT, 'dist/src/cli.js'), 'demo', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
// Ctrl-C reaches the demo by itself; it tidies up and ends, and then so does this.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
