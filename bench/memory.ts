import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Redis } from 'ioredis';

/** Memory in MB (10^6 bytes) at one moment. */
export interface Sample {
  /** Seconds since the start. */
  at: number;
  /** The sync process and the Node processes it started. */
  node: number;
  /** What Redis holds, and the memory of its process. */
  redisUsed: number;
  redisRss: number;
}

interface Process {
  pid: number;
  parent: number;
  name: string;
  rss: number;
}

/** Samples a command's memory until stopped. The Redis is the one of that id, or else the one among its children. */
export class MemorySampler {
  readonly samples: Sample[] = [];
  /** The kernel's own high-water mark of the sync process in MB; 0 where the system does not tell. */
  peakOfProcess = 0;
  redisPeak = 0;
  /** CPU seconds spent so far: less of a guess than rows/s when others use the machine too. */
  cpu = { process: 0, redis: 0 };
  readonly #pid: number;
  readonly #socket: string;
  readonly #redisPid: number | undefined;
  readonly #from = performance.now();
  readonly #timer: NodeJS.Timeout;
  #redis: Redis | undefined;
  #looking = false;

  constructor(pid: number, socket: string, everyMs: number, redisPid?: number) {
    this.#pid = pid;
    this.#socket = socket;
    this.#redisPid = redisPid;
    this.#timer = setInterval(() => void this.#look(), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#redis?.disconnect();
  }

  peak(part: Exclude<keyof Sample, 'at'>): number {
    return Math.max(0, ...this.samples.map((sample) => sample[part]));
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      const all = processes();
      const family = familyOf(this.#pid, all);
      const redis =
        this.#redisPid === undefined
          ? family.find(({ name }) => /redis|valkey/.test(name))
          : all.find(({ pid }) => pid === this.#redisPid);
      if (redis === undefined) return;
      this.#redis ??= quiet(new Redis({ path: this.#socket, maxRetriesPerRequest: 0, retryStrategy: () => null }));
      const info = await this.#redis.info();
      const number = (key: string) => Number(new RegExp(`^${key}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
      this.cpu = { process: cpuOf(this.#pid), redis: number('used_cpu_user') + number('used_cpu_sys') };
      this.redisPeak = Math.max(this.redisPeak, number('used_memory_peak') / 1e6);
      this.peakOfProcess = Math.max(this.peakOfProcess, highWaterOf(this.#pid));
      const node = family.filter(({ name }) => !/redis|valkey/.test(name)).reduce((sum, { rss }) => sum + rss, 0);
      const at = Math.round((performance.now() - this.#from) / 1000);
      this.samples.push({ at, node: node / 1e6, redisUsed: number('used_memory') / 1e6, redisRss: redis.rss / 1e6 });
    } catch {
      // The command or its Redis ends at this moment, or its Redis does not listen yet: the next look connects anew.
      this.#redis?.disconnect();
      this.#redis = undefined;
    } finally {
      this.#looking = false;
    }
  }
}

/** At most ten samples, evenly over the run. */
export function milestones(samples: readonly Sample[]): Sample[] {
  const step = Math.max(1, Math.ceil(samples.length / 10));
  return samples.filter((_, i) => i % step === step - 1 || (step === 1 && i === 0));
}

/** What they held, as text. */
export function over(samples: readonly Sample[], part: 'node' | 'redisUsed' | 'redisRss'): string[] {
  return milestones(samples).map((sample) => sample[part].toFixed(0));
}

function quiet(redis: Redis): Redis {
  return redis.on('error', () => {});
}

function processes(): Process[] {
  return execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, rss, ...name] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), rss: Number(rss) * 1024, name: name.join(' ') };
    });
}

function familyOf(pid: number, all: readonly Process[]): Process[] {
  const own = all.filter((process) => process.pid === pid);
  const children = all.filter(({ parent }) => parent === pid).flatMap((child) => familyOf(child.pid, all));
  return [...own, ...children];
}

/**
 * User and system seconds of a process so far; 0 where the system does not tell. The fields behind the name, which is in
 * brackets, count in hundredths.
 */
export function cpuOf(pid: number): number {
  if (!readdirSync('/').includes('proc')) return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The kernel's own high-water mark of a process in MB; 0 where the system does not tell. */
export function highWaterOf(pid: number): number {
  if (!readdirSync('/').includes('proc')) return 0;
  return (Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024) / 1e6;
}
