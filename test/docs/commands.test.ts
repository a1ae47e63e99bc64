import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { anchor, page, pages } from './markdown.ts';

/** What `--help` prints, by command: test/commands/help.test.ts makes sure that these files are what is printed. */
const HELP_DIR = 'test/commands/help';
const OVERVIEW = 'contact-sync';

function helpOf(command: string): string {
  return page(join(HELP_DIR, `${command}.txt`)).text;
}

const COMMANDS = readdirSync(HELP_DIR)
  .map((file) => basename(file, '.txt'))
  .filter((name) => name !== OVERVIEW);

test('every command and every option that the documentation names exists', () => {
  assert.ok(COMMANDS.length > 8, COMMANDS.join(' '));
  const help = new Map(COMMANDS.map((name) => [name, helpOf(name)]));

  let named = 0;
  for (const { path, text } of pages()) {
    for (const [whole, name, rest] of text.matchAll(
      /(?:^|[`$] ?)(?:contact-sync|.*dist\/src\/cli\.js) (\w+)([^`\n]*)/gm,
    )) {
      named++;
      assert.ok(help.has(name!), `${path}: "${whole}" names no command`);
      for (const [option] of rest!.matchAll(/--[a-z-]+/g))
        assert.ok(help.get(name!)!.includes(option), `${path}: ${name} has no ${option} ("${whole}")`);
    }
  }
  assert.ok(named > 12, `only ${named} were found`);
});

test('the table of the README lists every command, and no other', () => {
  const overview = helpOf(OVERVIEW);
  const there = [...overview.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name!).filter((name) => name !== 'help');
  const section = /^## Commands$(.*?)^## /ms.exec(page('README.md').text)![1]!;
  const listed = [...section.matchAll(/^\| (.+?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(\w+)/g)].map(([, name]) => name!),
  );
  assert.deepEqual(listed.sort(), there.sort());
});

test('no link of the documentation leads nowhere', () => {
  for (const { path, text } of pages()) {
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue;
      const [file = '', heading] = target!.split('#');
      const there = file === '' ? path : join(dirname(path), file);
      assert.ok(existsSync(there), `${path}: ${target} is not there`);
      if (heading === undefined) continue;
      const headings = [...page(there).text.matchAll(/^#+ (.+)$/gm)].map(([, words]) => anchor(words!));
      assert.ok(headings.includes(heading), `${path}: ${there} has no heading "${heading}"`);
    }
  }
});
