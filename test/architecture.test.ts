import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const ROOT = path.resolve(import.meta.dirname, '..');
const LINES = 220;

interface Import {
  /** File that imports, from the root of the repository. */
  from: string;
  /** File of ours, from the root, or the name of a package. */
  to: string;
  /** Nothing of it is left at run time. */
  type: boolean;
  /** Loaded when it is needed, by `import(...)`. */
  dynamic: boolean;
}

const files = ['src', 'jobs', 'config'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .sort(),
);

const imports: Import[] = files.flatMap((from) => {
  const text = readFileSync(path.join(ROOT, from), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)';$|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(([, type, still, dynamic]) => {
    const name = still ?? dynamic ?? '';
    const to = name.startsWith('.') ? path.join(path.dirname(from), name) : packageOf(name);
    return { from, to, type: type !== undefined, dynamic: dynamic !== undefined };
  });
});

test('the imports are read: every file of ours that is imported exists, and some packages are known', () => {
  const ours = imports.filter(({ to }) => to.endsWith('.ts'));
  assert.ok(ours.length > 300, `only ${ours.length} imports were found`);
  for (const { from, to } of ours) assert.ok(files.includes(to), `${from} imports ${to}, which is not there`);
  for (const name of ['bullmq', 'fastify', 'got', 'ioredis', 'zod'])
    assert.ok(
      imports.some(({ to }) => to === name),
      name,
    );
});

test('a contact knows only itself: its rules hold whatever brings or takes it', () => {
  only('src/contact/', ['src/contact/'], ['src/run/reason.ts'], 'fields, values and differences are pure');
});

test('a source knows neither mapping nor queue: it reads records and nothing of what they mean', () => {
  only('src/source/', ['src/source/'], ['src/run/reason.ts'], 'another source must be able to stand beside it');
});

test('webhooks are verified and read alone: neither mapping nor queue, nor any other source', () => {
  only('src/source/webhook/', ['src/source/webhook/'], [], 'what is verified must not depend on what it will mean');
});

test('serve answers senders and is handed all else: it never asks Chatwoot, Redis or the configuration', () => {
  const reason = 'a sender waits for its answer, so what that takes is decided by who puts serve together';
  only('src/serve/', ['src/serve/', 'src/source/webhook/'], ['src/events/', 'src/contact/attribute.ts'], reason);
  never('src/serve/', ['ioredis', 'bullmq', 'got'], reason);
  reserved('fastify', ['src/serve/'], 'HTTP can be replaced in one place');
});

test('what an operator looks at is made from what it is given: it asks neither Redis nor the desk', () => {
  const reason = 'a page can be drawn of any state, and looking changes nothing';
  const drawn = ['fault', 'html/markup', 'html/style', 'number', 'runs'].map((name) => `src/report/${name}.ts`);
  const words = ['src/run/outcome.ts', 'src/run/summary.ts', 'src/version.ts', 'src/queue/listed-job.ts'];
  only('src/watch/', ['src/watch/', ...drawn, ...words], ['src/pace/', 'src/run/', 'src/report/'], reason);
  reserved('prom-client', ['src/watch/metrics.ts'], 'the form of metrics can be replaced in one place');
});

test('events are taken in without asking the desk, by HTTP or by a job: a sender waits meanwhile', () => {
  const reason = 'nothing slow may stand between a delivery and its answer';
  const rooms = ['contact', 'mapping', 'match', 'memory', 'redis', 'run', 'source/webhook'];
  const known = ['src/events/', 'src/queue/intake.ts', 'src/queue/scripts/', ...rooms.map((room) => `src/${room}/`)];
  only('src/events/', known, [], reason);
  for (const file of files.filter((name) => name.startsWith('src/events/'))) {
    for (const reached of reach(file)) {
      const slow = ['got', 'bullmq', 'fastify', 'node:http', 'node:https'].includes(reached);
      assert.ok(!slow && !starts(reached, ['src/chatwoot/', 'src/pace/', 'src/serve/']), `${file} reaches ${reached}`);
    }
  }
});

test('fetching asks a CRM and reads its answer: it knows neither Redis nor mapping nor the desk', () => {
  const reason = 'what is asked for, how often and what it means are decided by who calls it';
  only('src/fetch/', ['src/fetch/', 'src/source/webhook/', 'src/version.ts'], [], reason);
  never('src/fetch/', ['ioredis', 'bullmq', 'fastify'], reason);
});

test('mapping knows the contact and the columns: it turns cells into a change without asking anybody', () => {
  const known = ['src/mapping/', 'src/contact/', 'src/value/', 'src/source/csv/fed-back.ts'];
  only('src/mapping/', known, ['src/run/reason.ts', 'src/source/'], 'a row means the same in plan, sync and webhook');
});

test('values know the contact: a cell means the same whatever column it stands in and whoever reads it', () => {
  only('src/value/', ['src/value/', 'src/contact/'], ['src/run/reason.ts'], 'a type is tested with tables');
  never('src/value/', ['ioredis', 'bullmq', 'got', 'config/'], 'a type is tested with tables');
});

test('phone numbers and time zones are loaded by those who read some: their tables cost each command its time', () => {
  reserved('libphonenumber-js', ['src/value/phone.ts'], 'what a phone number is has one place');
  reserved('luxon', ['src/value/wall-clock.ts', 'src/value/written-time.ts'], 'what a time is has one place');
  const heavy = ['phone', 'date', 'datetime', 'wall-clock', 'written-time'].map((name) => `src/value/${name}.ts`);
  for (const { from, to, type, dynamic } of imports)
    assert.ok(!heavy.includes(to) || heavy.includes(from) || type || dynamic, `${from} loads ${to} whatever it reads`);
});

test('matching is pure: who a row means is decided from an answer, not by asking for one', () => {
  never('src/match/', ['ioredis', 'bullmq', 'got'], 'it is tested with tables');
  const types = ['src/queue/intake.ts', 'src/queue/mailbox.ts', 'src/queue/snapshot.ts', 'src/run/reason.ts'];
  only('src/match/', ['src/match/', 'src/contact/'], types, 'it is tested with tables');
});

test('attributes are compared without knowing how Chatwoot is asked: the asking is passed in', () => {
  const reason = 'its words and verdicts are tested with tables, its calls with any desk';
  const known = ['src/attributes/', 'src/contact/', 'src/chatwoot/contacts.ts', 'src/report/'];
  only('src/attributes/', known, ['src/chatwoot/'], reason);
  never('src/attributes/', ['ioredis', 'bullmq', 'got', 'commander'], reason);
});

test('a check is handed the asking, and reads rows as a run does: it knows neither Redis nor the configuration', () => {
  const reason = 'what it says of a file must be what a run would say, and it must not be able to write';
  const rooms = ['check', 'contact', 'mapping', 'report'].map((room) => `src/${room}/`);
  const chatwoot = ['health', 'preflight', 'role'].map((name) => `src/chatwoot/${name}.ts`);
  const known = [
    ...rooms,
    ...chatwoot,
    'src/producer/partners.ts',
    'src/run/reason.ts',
    'src/source/decode/dialect.ts',
  ];
  only('src/check/', known, ['src/chatwoot/', 'src/producer/source.ts'], reason);
  never('src/check/', ['ioredis', 'bullmq', 'got', 'commander', 'config/'], reason);
});

test('a proposal is made from cells and definitions alone: it asks nobody and writes nothing', () => {
  const reason = 'what is proposed is tested with tables';
  const rooms = ['init', 'contact', 'mapping'].map((room) => `src/${room}/`);
  only('src/init/', [...rooms, 'src/report/layout.ts', 'src/run/reason.ts'], [], reason);
  never('src/init/', ['node:fs', 'ioredis', 'got', 'commander', 'yaml'], reason);
});

test('memory asks nobody: it believes what whoever saw the desk tells it', () => {
  const known = ['src/memory/', 'src/contact/', 'src/redis/', 'src/run/', 'src/queue/scripts/'];
  only('src/memory/', known, [], 'a look-up, a write and a webhook all tell it the same way');
  never('src/memory/', ['bullmq', 'got'], 'it makes no call and adds no job');
});

test('looking up is thought about without asking by itself: calls, memory and rows are passed in', () => {
  never('src/lookup/', ['ioredis', 'bullmq', 'got', 'config/', 'src/pace/', 'src/commands/'], 'it runs with any desk');
  only('src/lookup/choose.ts', [], ['src/plan/entry.ts'], 'a choice is tested with tables');
});

test('jobs run without a queue: neither BullMQ nor Redis nor the configuration reaches them', () => {
  for (const job of files.filter((file) => file.startsWith('jobs/'))) {
    for (const reached of reach(job)) {
      assert.ok(
        !['bullmq', 'ioredis'].includes(reached) && !reached.startsWith('config/'),
        `${job} reaches ${reached} at run time, but everything a job needs is passed in, so that it runs anywhere`,
      );
    }
  }
});

test('a report knows neither Redis nor HTTP nor the configuration: it writes what it is given', () => {
  const reason = 'a report can be made again from the ledger alone';
  never('src/report/', ['ioredis', 'bullmq', 'got', 'node:http', 'node:https'], reason);
  never('src/report/', ['config/', 'src/redis/', 'src/queue/', 'src/chatwoot/', 'src/pace/', 'src/commands/'], reason);
});

test('a plan is words and a file: it neither asks Chatwoot nor Redis, and what it shows is drawn like a report', () => {
  const report = ['layout', 'labelled', 'colour', 'number', 'next-step', 'outcome-table', 'file-list', 'reason-list'];
  const known = [
    'src/plan/',
    'src/contact/',
    ...['known-cost', 'outcome', 'reason', 'summary'].map((name) => `src/run/${name}.ts`),
  ];
  only(
    'src/plan/',
    [...known, ...report.map((name) => `src/report/${name}.ts`)],
    ['src/report/text.ts'],
    'a plan can be drawn and written by whoever has made its entries',
  );
  never('src/plan/', ['ioredis', 'bullmq', 'got', 'node:http', 'node:https'], 'a plan is made from what it is given');
  for (const file of files.filter((name) => name.startsWith('src/plan/')))
    for (const reached of reach(file))
      assert.ok(!['ioredis', 'bullmq', 'got'].includes(reached), `${file} reaches ${reached} at run time`);
});

test('a guard rail judges by what was counted: it asks neither the desk nor the queue', () => {
  const reason = 'a rail is a rule, and a rule is tested with tables';
  never(
    'src/rails/',
    ['bullmq', 'got', 'config/', 'src/chatwoot/', 'src/queue/', 'src/pace/', 'src/commands/'],
    reason,
  );
  for (const pure of ['src/rails/compared.ts', 'src/rails/judge.ts']) never(pure, ['ioredis', 'src/redis/'], reason);
});

test('the sandbox knows nothing of ours: a fault of the client must not be repeated in its counterpart', () => {
  only('src/sandbox/', ['src/sandbox/'], [], 'it stands for Chatwoot');
});

test('only commands read the configuration: everybody else is handed values', () => {
  reserved('config/load.ts', ['src/commands/'], 'settings have one way in');
});

test('reading the configuration loads no reader of deliveries: every command does it first', () => {
  const reached = [...reach('config/load.ts')];
  assert.ok(reached.includes('src/source/webhook/presets/names.ts'), 'the presets are known by name');
  for (const heavy of ['fast-xml-parser', 'lossless-json', 'src/source/webhook/presets/preset.ts', 'bullmq', 'got'])
    assert.ok(!reached.includes(heavy), `config/load.ts reaches ${heavy}, which each command would wait for`);
});

test('only queue and worker know BullMQ, and only the clients know got: either can be replaced in one place', () => {
  reserved('bullmq', ['src/queue/', 'src/worker/'], 'the queue can be replaced in one place');
  reserved(
    'got',
    ['src/chatwoot/client.ts', 'src/fetch/client.ts', 'src/fetch/download.ts'],
    'every call passes one door: that of the desk, of a CRM, or of an export',
  );
  reserved('commander', ['src/cli.ts', 'src/commands/'], 'a library does not parse arguments');
  reserved('csv-parse', ['src/source/csv/'], 'one place decides what a record is');
});

test('nobody but the entry knows the commands: they are the outermost room', () => {
  reserved('src/commands/', ['src/cli.ts', 'src/commands/'], 'what a command needs stands below it');
});

test('rooms are named after what they hold: no index.ts and no utils, helpers or common', () => {
  for (const file of files) {
    assert.notEqual(path.basename(file), 'index.ts', `${file}: a file is named after the noun or verb it holds`);
    for (const room of path.dirname(file).split('/'))
      assert.ok(!['utils', 'util', 'helpers', 'common', 'lib'].includes(room), `${file}: "${room}" says nothing`);
  }
});

test(`no file has more than ${LINES} lines: one noun or verb a file`, () => {
  for (const file of files) {
    const lines = readFileSync(path.join(ROOT, file), 'utf8').split('\n').length - 1;
    assert.ok(lines <= LINES, `${file} has ${lines} lines: split it at its second idea`);
  }
});

test('imports end in .ts and never leave the program for its tests', () => {
  for (const { from, to } of imports) {
    assert.ok(to.endsWith('.ts') || !/^(src|jobs|config|test)\b/.test(to), `${from} imports ${to} without .ts`);
    assert.ok(!to.startsWith('test/') && !to.startsWith('..'), `${from} imports ${to}, which is not shipped`);
  }
});

test('no text becomes code or a command of a shell', () => {
  const told =
    /\beval\(|\bnew Function\b|\bFunction\(|node:vm'|\bexec(Sync)?\(\s*[`'"]|\bshell: true|setTimeout\(\s*[`'"]/;
  for (const file of files) {
    const found = told.exec(readFileSync(path.join(ROOT, file), 'utf8'));
    assert.equal(found, null, `${file} has ${found?.[0]}: what a row or an event says must never be run`);
  }
  const starting = imports.filter(({ to }) => to === 'node:child_process').map(({ from }) => from);
  const allowed = ['find', 'launch', 'living'].map((name) => `src/redis/${name}.ts`);
  assert.deepEqual(starting.sort(), allowed, 'only the local Redis is a process of its own');
});

test('packages are pinned: exact versions, each of the lock file with its checksum', () => {
  const read = (name: string) => JSON.parse(readFileSync(path.join(ROOT, name), 'utf8'));
  const { dependencies, devDependencies } = read('package.json');
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
    assert.match(String(version), /^\d+\.\d+\.\d+$/, name);
  type Locked = Record<string, { integrity?: string; optional?: boolean }>;
  // Of binaries for other platforms npm notes no checksum where it does not install them.
  for (const [name, { integrity, optional }] of Object.entries(read('package-lock.json').packages as Locked))
    assert.ok(name === '' || optional === true || integrity?.startsWith('sha512-'), `${name} has no checksum`);
});

test('no flag takes a secret: command lines are shown to everybody on the machine', () => {
  for (const file of files.filter((name) => name.startsWith('src/commands/'))) {
    // The sandbox makes its token up, or is given one that opens nothing else. The name of a variable or of a file is no secret.
    const text = readFileSync(path.join(ROOT, file), 'utf8').replace(
      /'--token <t>'|'--token-(env <name|file <file)>'/g,
      '',
    );
    assert.doesNotMatch(text, /'--[a-z-]*(token|secret|password|key|credential)[a-z-]* </, file);
  }
});

function packageOf(name: string): string {
  if (name.startsWith('node:')) return name;
  const parts = name.split('/');
  return name.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0]!;
}

/** `room` may import of ours what is listed, `types` only as types. */
function only(room: string, listed: string[], types: string[], reason: string): void {
  for (const { from, to, type } of within(room)) {
    if (!to.endsWith('.ts')) continue;
    const fine = starts(to, listed) || (type && starts(to, types));
    assert.ok(fine, `${from} imports ${to}${type ? '' : ' at run time'}, but ${reason}`);
  }
}

/** `room` may not import what is listed. */
function never(room: string, listed: string[], reason: string): void {
  for (const { from, to } of within(room))
    assert.ok(!listed.includes(to) && !starts(to, listed), `${from} imports ${to}, but ${reason}`);
}

/** Only the rooms listed may import `what`. */
function reserved(what: string, rooms: string[], reason: string): void {
  for (const { from, to, type } of imports) {
    if (type || (to !== what && !to.startsWith(what))) continue;
    assert.ok(starts(from, rooms), `${from} imports ${to}, but ${reason}`);
  }
}

function within(room: string): Import[] {
  const found = imports.filter(({ from }) => from.startsWith(room));
  assert.ok(found.length > 0, `${room} is not there`);
  return found;
}

function starts(name: string, listed: string[]): boolean {
  return listed.some((one) => (one.endsWith('/') || one.endsWith('.ts')) && name.startsWith(one));
}

/** Everything that is loaded with a file, packages included. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  for (const { from, to, type } of imports) {
    if (from !== file || type || seen.has(to)) continue;
    seen.add(to);
    reach(to, seen);
  }
  return seen;
}
