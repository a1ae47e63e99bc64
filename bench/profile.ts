import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** A profile as Node writes it with --cpu-prof. */
interface Profile {
  nodes: { id: number; callFrame: Frame; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
}

interface Frame {
  functionName: string;
  url: string;
  lineNumber: number;
  columnNumber: number;
}

export const GOT = 'got and what it brings';
export const SOCKET = 'ioredis, and writing to its socket';

/** Whose work it is, by the file that a function stands in; the first that fits. */
const PARTS: readonly (readonly [part: string, file: RegExp])[] = [
  [
    'got and what it brings',
    /node_modules\/(got|p-cancelable|decompress-response|lowercase-keys|@sindresorhus|http2-w)/,
  ],
  ['BullMQ', /node_modules\/(bullmq|msgpackr)/],
  [SOCKET, /node_modules\/(ioredis|@ioredis|redis-)|src\/redis\//],
  ['CSV', /node_modules\/csv-parse|src\/source\//],
  ['log lines', /node_modules\/(pino|sonic-boom|quick-format)/],
  ['our own: calls (chatwoot, pace)', /src\/(chatwoot|pace)\//],
  ['our own: mailboxes and jobs (queue, worker, jobs)', /src\/(queue|worker)\/|(^|\/)jobs\//],
  ['our own: what a contact is (contact, mapping)', /src\/(contact|mapping|value)\/|node_modules\/lossless-json/],
  ['our own: memory', /src\/memory\//],
  ['our own: outcomes and report (run, report)', /src\/(run|report|rails|undo)\//],
];
const GARBAGE = 'garbage collection';
export const HTTP = "Node's HTTP client";
const REST = 'everything else';

/** The parts that are code of this repository, but for reading files and the socket to Redis. */
export const OUR_OWN = PARTS.map(([part]) => part).filter((part) => part.startsWith('our own'));

/** All parts that a row of the table may have, in their order. */
export const ALL_PARTS = [HTTP, ...PARTS.map(([part]) => part), GARBAGE, REST];

/** Runs something with a directory for profiles, and says what each part took of the one it left, in microseconds a row. */
export async function profiled(rows: number, run: (nodeArgs: string[]) => Promise<void>): Promise<Map<string, number>> {
  const dir = mkdtempSync(path.join(tmpdir(), 'cs-profile-'));
  try {
    await run(['--cpu-prof', '--cpu-prof-dir', dir]);
    const [file] = readdirSync(dir).filter((name) => name.endsWith('.cpuprofile'));
    const micros = partsOf(JSON.parse(readFileSync(path.join(dir, file!), 'utf8')) as Profile);
    return new Map([...micros].map(([part, time]) => [part, time / rows]));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Each moment belongs to the file nearest on the stack that is not Node's own. */
function partsOf({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const sourceOf = sources();
  const partOfNode = new Map<number, string | undefined>();
  for (const { id, callFrame } of nodes) {
    if (callFrame.functionName === '(idle)') partOfNode.set(id, undefined);
    else if (callFrame.functionName === '(garbage collector)') partOfNode.set(id, GARBAGE);
    else partOfNode.set(id, partAt(id));
  }
  const micros = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const part = partOfNode.get(id);
    if (part !== undefined) micros.set(part, (micros.get(part) ?? 0) + timeDeltas[i]!);
  }
  return micros;

  function partAt(id: number): string {
    let http = false;
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const { callFrame } = byId.get(at)!;
      http ||= callFrame.url.startsWith('node:_http');
      const file = sourceOf(callFrame);
      if (file === undefined) continue;
      // What a client sends and reads is its own work, what Node does for it is not.
      return http ? HTTP : (PARTS.find(([, fits]) => fits.test(file))?.[0] ?? REST);
    }
    return http ? HTTP : REST;
  }
}

/** Finds the file a function was written in, through the map of the bundle; undefined for Node's own. */
function sources(): (frame: Frame) => string | undefined {
  const maps = new Map<string, SourceMap | undefined>();
  const mapOf = (file: string): SourceMap | undefined => {
    if (!maps.has(file)) maps.set(file, readMap(file));
    return maps.get(file);
  };
  return ({ url, lineNumber, columnNumber }) => {
    if (url === '' || url.startsWith('node:')) return undefined;
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    const entry = mapOf(file)?.findEntry(lineNumber, columnNumber);
    return entry !== undefined && 'originalSource' in entry ? entry.originalSource : file;
  };
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
  } catch {
    return undefined;
  }
}
