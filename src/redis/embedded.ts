/**
 * The local Redis of a data directory, for whoever has none. It is a real server in a process of its own, on a unix
 * socket only its user can open, shared by all commands that run at the same time:
 *
 * 1. A command takes the lock, finds the server or starts it, and holds one named connection to it: its membership.
 * 2. A command that leaves takes the lock, and when no other membership is left it shuts the server down, data on disk.
 * 3. A command killed with -9 loses its connection and so its membership; the keeper ends a server without members.
 * 4. A server killed with -9 is started again by the members that lost it, or by the next command, from its file.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { RedisError } from './error.ts';
import { findServer } from './find.ts';
import { launchKeeper, launchServer, startFailed } from './launch.ts';
import { identify, isAlive } from './living.ts';
import { withLock } from './lock.ts';
import { askInfo, countMembers, enrol, gone, shutDown, withdraw } from './membership.ts';
import { type Place, preparePlace } from './place.ts';
import { type Register, readRegister, writeRegister } from './register.ts';
import { type Talk, talkTo } from './talk.ts';

/** Where, and how, a local server is wanted. */
export interface EmbeddedOptions {
  /** Made when it is missing; the server's files go to `redis/` inside. */
  dataDir: string;
  log?: (event: string, fields: Record<string, unknown>) => void;
  /** How long a server that no command uses lives on, in ms. Default 10 s. */
  idleMs?: number;
}

/** One command's use of the local server. */
export interface EmbeddedRedis {
  /** Path of its unix socket, the same for as long as this command runs. */
  readonly socket: string;
  /** The server's process; another one after the server was killed and started again. */
  readonly pid: number;
  /** Whether this call started the server. */
  readonly started: boolean;
  /** Ends this command's use, and the server when it was the last. Can be called again without effect. */
  leave(): Promise<void>;
}

interface Joined {
  talk: Talk;
  socket: string;
  pid: number;
  started: boolean;
}

/** Starts the server. Call it inside the lock, when none listens. */
async function launch(place: Place, known: Register | undefined): Promise<Register> {
  if (known !== undefined && isAlive(known.server)) {
    // Its socket was removed, by a cleaner of temporary files for example: nobody can reach it, and it holds the files.
    process.kill(known.server.pid, 'SIGTERM');
    await gone(known.server);
  }
  const rest = { socket: place.socket, ...(known && { revivedAt: Date.now() }) };
  const server = await launchServer(await findServer(), place, (spawned) =>
    writeRegister(place.dir, { ...rest, server: spawned }),
  );
  return { ...rest, server, ...(known?.keeper && { keeper: known.keeper }) };
}

/** Finds the running server or starts one, and becomes a member of it. Call it inside the lock. */
async function join(place: Place, idleMs: number): Promise<Joined> {
  const known = readRegister(place.dir);
  const running = (known && (await talkTo(known.socket))) ?? (await talkTo(place.socket));
  const launched = running === undefined ? await launch(place, known) : undefined;
  const talk = running ?? (await talkTo(place.socket));
  if (talk === undefined) throw new Error(`it ended as soon as it had started, see ${place.log}`);
  await enrol(talk);
  const pid = Number(await askInfo(talk, 'server', 'process_id'));
  const register = launched ?? known ?? { socket: place.socket, server: identify(pid) ?? { pid, born: '' } };
  if (register.keeper === undefined || !isAlive(register.keeper)) {
    const keeper = launchKeeper({ ...place, socket: register.socket }, idleMs);
    if (keeper !== undefined) register.keeper = keeper;
  }
  writeRegister(place.dir, register);
  return { talk, socket: register.socket, pid, started: launched !== undefined };
}

/** Waits until the server has read its data back, however long that takes, as long as it lives. */
async function untilLoaded(talk: Talk): Promise<void> {
  while ((await askInfo(talk, 'persistence', 'loading')) === '1') await sleep(50);
}

/** Withdraws, and ends the server when nobody else is a member. Call it inside the lock. Gives the pid it ended. */
async function endMembership(talk: Talk, place: Place): Promise<number | undefined> {
  await withdraw(talk);
  const server = readRegister(place.dir)?.server;
  if (server === undefined || (await countMembers(talk)) > 0) return undefined;
  await shutDown(talk, place, server);
  return server.pid;
}

/** Joins and waits until the data is there. */
async function joinWhole(place: Place, idleMs: number): Promise<Joined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const joined = await withLock(place.dir, () => join(place, idleMs));
      await untilLoaded(joined.talk);
      return joined;
    } catch (error) {
      if (error instanceof RedisError) throw error;
      // It answered and then ended: one that was just killed still takes connections for a moment, so look again.
      // When that does not help it most likely ended over its data.
      if (attempt === 3) throw startFailed(place, (error as Error).message);
      await sleep(100);
    }
  }
}

/**
 * Joins the local Redis of a data directory, starting it when it does not run. Throws a RedisError when there is no
 * server binary, the directory cannot be written or the server does not start.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedRedis> {
  const { dataDir, log = () => {}, idleMs = 10_000 } = options;
  const place = preparePlace(dataDir);
  let joined = await joinWhole(place, idleMs);
  const { socket, pid, started } = joined;
  log(started ? 'redis.started' : 'redis.joined', { socket, pid });

  let leaving: Promise<void> | undefined;
  let returning: Promise<void> | undefined;

  /** Comes back after the server died under us; whoever is first starts it again. Must not keep the process running. */
  const comeBack = async (): Promise<void> => {
    for (let failures = 1; leaving === undefined; failures += 1) {
      try {
        joined = await withLock(place.dir, () => join(place, idleMs));
        log('redis.rejoined', { socket: joined.socket, pid: joined.pid, started: joined.started });
        return stay();
      } catch (error) {
        log('redis.rejoin_failed', { failures, message: (error as Error).message });
        await sleep(Math.min(5000, failures * 500), undefined, { ref: false });
      }
    }
  };
  const stay = (): void => {
    void joined.talk.closed.then(() => {
      if (leaving === undefined) returning = comeBack();
    });
  };
  stay();

  const leave = async (): Promise<void> => {
    // Started once `leaving` is set, so that a return under way is the last.
    await Promise.resolve();
    await returning;
    // Others need a moment to come back to a server that was started again, and must not be taken for gone.
    const revived = Date.now() - (readRegister(place.dir)?.revivedAt ?? 0);
    if (revived < 1500) await sleep(1500 - revived);
    try {
      const ended = await withLock(place.dir, () => endMembership(joined.talk, place));
      log(ended === undefined ? 'redis.left' : 'redis.stopped', { pid: ended ?? joined.pid });
    } catch (error) {
      // It died before us: there is nothing left to end, and its file waits for the next command.
      log('redis.lost', { message: (error as Error).message });
    } finally {
      joined.talk.close();
    }
  };

  return {
    socket,
    get pid() {
      return joined.pid;
    },
    started,
    leave: () => {
      leaving ??= leave();
      return leaving;
    },
  };
}
