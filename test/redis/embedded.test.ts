import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type EmbeddedRedis, startEmbedded } from '../../src/redis/embedded.ts';
import { RedisError } from '../../src/redis/error.ts';
import { bornAt } from '../../src/redis/living.ts';
import { readRegister } from '../../src/redis/register.ts';

const MEMBER = join(import.meta.dirname, 'member.ts');
const TSX = import.meta.resolve('tsx');

interface Said {
  socket: string;
  pid: number;
  started: boolean;
  code?: string;
  message?: string;
}

interface Command {
  child: ChildProcess;
  said: Said;
  leave(): Promise<void>;
  kill9(): Promise<void>;
}

/** Members that are still in when their test ends: one that is not gone starts a killed server again. */
const members = new Map<string, EmbeddedRedis[]>();

function leavesFirst(dir: string, member: EmbeddedRedis): void {
  members.set(dir, [...(members.get(dir) ?? []), member]);
}

/** A data directory whose members leave first, and whose server and keeper, if any is left, are ended by their pids. */
function dataDir(t: TestContext, name = 'data'): string {
  const base = mkdtempSync(join(tmpdir(), 'cs-embedded-'));
  const dir = join(base, name);
  t.after(async () => {
    for (const member of members.get(dir) ?? []) await member.leave();
    const left = readRegister(join(dir, 'redis'));
    for (const one of [left?.keeper, left?.server]) {
      if (one && bornAt(one.pid) === one.born) process.kill(one.pid, 'SIGKILL');
    }
    // The asynchronous one looks again at each try: a keeper that starts late may still be writing its ticket.
    await rm(base, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });
  return dir;
}

async function command(
  t: TestContext,
  dir: string,
  options: { idleMs?: number; env?: NodeJS.ProcessEnv; uid?: number; cwd?: string } = {},
): Promise<Command> {
  const { idleMs = 10_000, env = process.env, ...rest } = options;
  const child = spawn(process.execPath, ['--import', TSX, MEMBER, dir, String(idleMs)], {
    ...rest,
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  return {
    child,
    said: JSON.parse(line) as Said,
    leave: async () => {
      child.stdin!.end();
      await ended;
    },
    kill9: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function client(t: TestContext, socket: string): Redis {
  const redis = new Redis({ path: socket, retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  t.after(() => redis.disconnect());
  return redis;
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !holds(); await sleep(20)) {
    assert.ok(Date.now() < deadline, `waited 10 s until ${what}`);
  }
}

const alive = (pid: number): boolean => bornAt(pid) !== undefined;

test('two commands share one server, and the last to leave ends it', async (t) => {
  const dir = dataDir(t);
  const one = await command(t, dir);
  const two = await command(t, dir);
  assert.deepEqual([one.said.started, two.said.started], [true, false]);
  assert.equal(one.said.pid, two.said.pid);
  assert.equal(one.said.socket, two.said.socket);
  await one.leave();
  assert.ok(alive(two.said.pid));
  assert.equal(await client(t, two.said.socket).ping(), 'PONG');
  const keeper = readRegister(join(dir, 'redis'))!.keeper!;
  await two.leave();
  assert.ok(!alive(two.said.pid), 'the server is gone');
  await until('the keeper is gone', () => !alive(keeper.pid));
});

test('the data is there for the next command', async (t) => {
  const dir = dataDir(t, 'with a space and ünïcode');
  const first = await startEmbedded({ dataDir: dir });
  await client(t, first.socket).set('kept', 'yes');
  await first.leave();
  await first.leave();
  const second = await startEmbedded({ dataDir: dir });
  leavesFirst(dir, second);
  assert.equal(second.started, true);
  assert.equal(await client(t, second.socket).get('kept'), 'yes');
});

test('the server is private and set up for the queue', async (t) => {
  const dir = dataDir(t);
  const redis = await startEmbedded({ dataDir: dir });
  leavesFirst(dir, redis);
  assert.equal(statSync(join(dir, 'redis')).mode & 0o777, 0o700);
  assert.equal(statSync(redis.socket).mode & 0o777, 0o700);
  const settings: Record<string, string> = {};
  const answer = (await client(t, redis.socket).config('GET', '*')) as string[];
  for (let at = 0; at < answer.length; at += 2) settings[answer[at]!] = answer[at + 1]!;
  const expected = {
    port: '0',
    appendonly: 'yes',
    appendfsync: 'everysec',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(settings[name], value, name);
  assert.equal(settings['hash-max-listpack-value'], '512');
  const environment = readFileSync(`/proc/${redis.pid}/environ`, 'utf8')
    .split('\0')
    .map((pair) => pair.split('=')[0]);
  assert.ok(!environment.some((name) => /TOKEN|REDIS|npm_/i.test(name ?? '')), 'no secret is handed on');
});

test('five commands starting at once get one server', async (t) => {
  const dir = dataDir(t);
  const commands = await Promise.all(Array.from({ length: 5 }, () => command(t, dir)));
  assert.equal(new Set(commands.map(({ said }) => said.pid)).size, 1);
  assert.equal(commands.filter(({ said }) => said.started).length, 1);
  await Promise.all(commands.map((one) => one.leave()));
  assert.ok(!alive(commands[0]!.said.pid));
});

test('commands that come and go at the same moment never meet a dying server', async (t) => {
  const dir = dataDir(t);
  const visit = async (): Promise<void> => {
    for (let round = 0; round < 5; round += 1) {
      const redis = await startEmbedded({ dataDir: dir });
      const asked = client(t, redis.socket);
      assert.ok((await asked.incr('visits')) > 0);
      asked.disconnect();
      await redis.leave();
    }
  };
  await Promise.all([visit(), visit(), visit()]);
  const last = await startEmbedded({ dataDir: dir });
  leavesFirst(dir, last);
  assert.equal(await client(t, last.socket).get('visits'), '15');
});

test('a command killed with -9 is not counted, and the server is reused', async (t) => {
  const dir = dataDir(t);
  const killed = await command(t, dir);
  await killed.kill9();
  assert.ok(alive(killed.said.pid), 'the server outlives its starter');
  const next = await command(t, dir);
  assert.equal(next.said.started, false);
  assert.equal(next.said.pid, killed.said.pid);
  await next.leave();
  assert.ok(!alive(next.said.pid), 'the dead command did not hold it');
});

test('a server whose last command was killed with -9 is ended by its keeper, with its data kept', async (t) => {
  const dir = dataDir(t);
  const killed = await command(t, dir, { idleMs: 300 });
  await client(t, killed.said.socket).set('kept', 'yes');
  await killed.kill9();
  await until('the keeper ended the server', () => !alive(killed.said.pid));
  const next = await startEmbedded({ dataDir: dir });
  leavesFirst(dir, next);
  assert.equal(await client(t, next.socket).get('kept'), 'yes');
});

test('a keeper killed with -9 is replaced by the next command', async (t) => {
  const dir = dataDir(t);
  const redis = await startEmbedded({ dataDir: dir });
  const keeper = readRegister(join(dir, 'redis'))!.keeper!;
  process.kill(keeper.pid, 'SIGKILL');
  await until('it is gone', () => !alive(keeper.pid));
  const second = await startEmbedded({ dataDir: dir });
  const replacement = readRegister(join(dir, 'redis'))!.keeper!;
  assert.ok(replacement.pid !== keeper.pid && alive(replacement.pid));
  await second.leave();
  await redis.leave();
  assert.ok(!alive(redis.pid));
});

test('a server killed with -9 is started again under the command that uses it', async (t) => {
  const dir = dataDir(t);
  const events: string[] = [];
  const redis = await startEmbedded({ dataDir: dir, log: (event) => events.push(event) });
  const other = await command(t, dir);
  const asked = client(t, redis.socket);
  await asked.set('kept', 'yes');
  const before = redis.pid;
  process.kill(before, 'SIGKILL');
  assert.equal(await asked.get('kept'), 'yes');
  await until('both are back', () => events.includes('redis.rejoined'));
  assert.notEqual(redis.pid, before);
  await redis.leave();
  assert.ok(alive(redis.pid), 'the other command is back too and counted');
  await other.leave();
  assert.ok(!alive(redis.pid));
});

test('server and command both killed with -9: the next command starts over the leftovers, with the data', async (t) => {
  const dir = dataDir(t);
  const killed = await command(t, dir);
  await client(t, killed.said.socket).set('kept', 'yes');
  const { keeper } = readRegister(join(dir, 'redis'))!;
  for (const pid of [keeper!.pid, killed.child.pid!, killed.said.pid]) process.kill(pid, 'SIGKILL');
  await until('all are gone', () => ![keeper!.pid, killed.said.pid].some(alive));
  assert.ok(existsSync(killed.said.socket), 'a stale socket is left');
  // And the last write was cut in half.
  const folder = join(dir, 'redis', 'appendonlydir');
  const tail = readdirSync(folder).find((name) => name.endsWith('.incr.aof'))!;
  appendFileSync(join(folder, tail), '*3\r\n$3\r\nSET\r\n$4\r\nha');
  const next = await startEmbedded({ dataDir: dir });
  leavesFirst(dir, next);
  assert.equal(next.started, true);
  assert.equal(await client(t, next.socket).get('kept'), 'yes');
});

test('a lock left by a killed command is taken over, one with a reused pid too', async (t) => {
  const dir = dataDir(t);
  mkdirSync(join(dir, 'redis'), { recursive: true });
  writeFileSync(join(dir, 'redis', 'lock.7'), JSON.stringify({ pid: process.pid, born: 'another birth' }));
  const redis = await startEmbedded({ dataDir: dir });
  await redis.leave();
  const locks = readdirSync(join(dir, 'redis')).filter((name) => name.startsWith('lock.'));
  assert.equal(locks.length, 1, 'old tickets are cleared away');
});

test('a data directory too deep for a socket uses a short path, the same for all', async (t) => {
  const dir = join(dataDir(t, 'deep'.repeat(20)), 'deeper'.repeat(20));
  const one = await startEmbedded({ dataDir: dir });
  const two = await command(t, dir);
  t.after(() => rm(join(one.socket, '..'), { recursive: true, force: true, maxRetries: 10 }));
  assert.ok(Buffer.byteLength(one.socket) < 104 && !one.socket.startsWith(dir), one.socket);
  assert.equal(two.said.socket, one.socket);
  assert.equal(two.said.started, false);
  await two.leave();
  await one.leave();
  assert.ok(!alive(one.pid));
});

test('a relative data directory is the same as its absolute path', async (t) => {
  const dir = dataDir(t);
  const one = await startEmbedded({ dataDir: relative(process.cwd(), dir) });
  const two = await startEmbedded({ dataDir: dir });
  assert.equal(two.started, false);
  await Promise.all([one.leave(), two.leave()]);
  assert.ok(!alive(one.pid));
});

test('without a server binary the three ways out are named', async (t) => {
  const dir = dataDir(t);
  const { said } = await command(t, dir, { env: { PATH: '' } });
  assert.equal(said.code, 'redis-no-server-binary');
  for (const way of ['install', 'REDIS_URL', 'docker compose up']) assert.match(said.message!, new RegExp(way));
});

test('a directory that cannot be written is named with the way out', async (t) => {
  const dir = dataDir(t);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'file'), '');
  await assert.rejects(startEmbedded({ dataDir: join(dir, 'file', 'data') }), (error: unknown) => {
    assert.ok(error instanceof RedisError);
    assert.equal(error.code, 'redis-data-dir');
    assert.match(error.message, /ENOTDIR.*CONTACT_SYNC_DATA_DIR/);
    return true;
  });
});

test("another user's directory is refused in words", {
  skip: process.getuid?.() !== 0 && 'needs root to become another user',
}, async (t) => {
  const dir = dataDir(t);
  mkdirSync(join(dir, 'redis'), { recursive: true, mode: 0o700 });
  chmodSync(join(dir, '..'), 0o755);
  chmodSync(dir, 0o755);
  const { said } = await command(t, dir, {
    uid: 65534,
    cwd: '/',
    env: { PATH: process.env.PATH, TSX_DISABLE_CACHE: '1' },
  });
  assert.equal(said.code, 'redis-data-dir');
  assert.match(said.message!, /EACCES/);
});

test('a server that does not start shows the end of its log', async (t) => {
  const dir = dataDir(t);
  mkdirSync(join(dir, 'redis', 'appendonlydir'), { recursive: true });
  writeFileSync(join(dir, 'redis', 'appendonlydir', 'appendonly.aof.manifest'), 'not a manifest\n');
  await assert.rejects(startEmbedded({ dataDir: dir }), (error: unknown) => {
    assert.ok(error instanceof RedisError);
    assert.equal(error.code, 'redis-start-failed');
    assert.match(error.message, /exit code 1.*\n {2}\| .*manifest/s);
    assert.match(error.message, /REDIS_URL\.$/);
    return true;
  });
});

test('a command that forgets to leave can still end', async (t) => {
  const dir = dataDir(t);
  const script = `import { startEmbedded } from ${JSON.stringify(join(import.meta.dirname, '../../src/redis/embedded.ts'))};
    console.log((await startEmbedded({ dataDir: ${JSON.stringify(dir)}, idleMs: 200 })).pid);`;
  const child = spawn(process.execPath, ['--import', TSX, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  await until('the keeper ended the server', () => !alive(Number(line)));
});
