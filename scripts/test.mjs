/**
 * Everything that must hold before a change is good, in the order that fails fastest, ending with the test runner's own
 * summary. Stops at the first step that fails, with its exit code.
 *
 *   npm test                  all of it
 *   npm test -- csv webhook   of the test files, those whose path contains one of these words
 *   npm test -- --test-name-pattern=undo   what begins with -- goes to node's test runner
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { orExit, ROOT, setup } from './setup.mjs';

const words = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const options = process.argv.slice(2).filter((word) => word.startsWith('-'));

function heading(text) {
  console.log(`\n── ${text} ${'─'.repeat(Math.max(3, 76 - text.length))}`);
}

function step(name, command, args) {
  heading(name);
  const { status, signal, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status === 0) return;
  const why = error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`);
  console.error(`\nnpm test stopped at "${name}": ${why}.`);
  process.exit(status || 1);
}

const tool = (name) => join(ROOT, 'node_modules', '.bin', name);
const tests = readdirSync(join(ROOT, 'test'), { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort();
if (tests.length === 0) {
  console.error(`No test file's path contains ${words.map((word) => `"${word}"`).join(' or ')}. See: ls test`);
  process.exit(2);
}

heading('setup');
orExit(() => setup());
console.log(`Node ${process.version}, dependencies and a Redis server are there.`);
step('format and lint', tool('biome'), ['ci', '.']);
step('types', tool('tsc'), ['--noEmit']);
step('unused code', tool('knip'), []);
step('build', process.execPath, ['scripts/build.mjs']);
step('the built program starts', process.execPath, ['dist/src/cli.js', '--help']);

heading(`tests (${tests.length} files)`);
// Loaded late: before `setup` there may be no esbuild to make them with.
const { bundleTests } = await import('./test-bundle.mjs');
const built = await bundleTests(tests);
// A file that hangs must fail, not hold everything up.
const runner = [
  '--enable-source-maps',
  '--import',
  './test/plain-assert.mjs',
  '--test',
  '--test-reporter=spec',
  '--test-concurrency=3',
  '--test-timeout=240000',
];
const { status, signal } = spawnSync(process.execPath, [...runner, ...options, ...built], {
  cwd: ROOT,
  stdio: 'inherit',
});
process.exit(signal ? 1 : status);
