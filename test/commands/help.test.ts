import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const CLI = path.resolve(process.env.CONTACT_SYNC_DIST ?? 'dist', 'src/cli.js');
const GOLDEN = path.join(import.meta.dirname, 'help');

/** Set UPDATE=1 to write what is printed now into test/commands/help. */
const UPDATE = (process.env.UPDATE ?? '') !== '';

const COMMANDS = [
  'sync',
  'plan',
  'apply',
  'undo',
  'retry',
  'verify',
  'reconcile',
  'forget',
  'enqueue',
  'work',
  'serve',
  'events',
  'status',
  'runs',
  'report',
  'pause',
  'resume',
  'cancel',
  'attributes',
  'init',
  'check',
  'sandbox',
  'demo',
];

/** What a command prints, and that it ends well without saying anything else. */
function printed(...args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, NO_COLOR: '1', COLUMNS: '100' };
    execFile(process.execPath, [CLI, ...args], { env }, (error, stdout, stderr) => {
      if (error === null && stderr === '') resolve(stdout);
      else reject(new Error(`${args.join(' ')}: ${error?.code ?? 0} ${stderr}`));
    });
  });
}

function isAsKept(name: string, text: string): void {
  const file = path.join(GOLDEN, `${name}.txt`);
  if (UPDATE) writeFileSync(file, text);
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  assert.equal(text, kept, `the help of ${name} differs from ${file}. When that is meant: UPDATE=1 npm test`);
}

test('the help of the program lists every command, with one line each', async () => {
  const text = await printed('--help');
  isAsKept('contact-sync', text);
  const listed = [...text.matchAll(/^ {2}([a-z]+)(?: .*?)? {2,}\S/gm)].map(([, name]) => name);
  assert.deepEqual(listed.filter((name) => name !== 'help' && name !== 'contact').sort(), COMMANDS.toSorted());
  assert.match(text, /Example:\n {2}\$ contact-sync sync contacts\.csv --match email/);
});

test('the help of every command is as it was agreed, and shows an example', async () => {
  const texts = await Promise.all(COMMANDS.map((command) => printed(command, '--help')));
  for (const [i, command] of COMMANDS.entries()) {
    isAsKept(command, texts[i]!);
    assert.match(texts[i]!, new RegExp(`^Usage: contact-sync ${command}\\b`));
    assert.match(
      texts[i]!,
      new RegExp(`Examples?:\\n(?: {2}.*\\n)*? {2}\\$ .*\\b${command}\\b`),
      `${command} shows no example`,
    );
  }
  assert.equal(await printed('help', 'sync'), texts[0], 'contact-sync help sync says the same');
});

test('no text is kept of a command that is not there', () => {
  const kept = readdirSync(GOLDEN).map((name) => path.basename(name, '.txt'));
  assert.deepEqual(kept.sort(), [...COMMANDS, 'contact-sync'].sort());
});
