import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { VERSION } from '../version.ts';
import { type Metric, OF_ACCOUNT, OF_KNOWN } from './metric.ts';
import type { Sight } from './sight.ts';

const PREFIX = 'contact_sync_';

/** The process itself: memory, processor, event loop, garbage collection. Counted from the first call on. */
let ofProcess: Registry | undefined;

function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
    const build = { name: `${PREFIX}build_info`, help: 'Always 1; which version this is.', labelNames: ['version'] };
    new Gauge({ ...build, registers: [ofProcess] }).set({ version: VERSION }, 1);
  }
  return ofProcess;
}

/** How it stands with these accounts and with this process, in the text format of Prometheus. */
export async function metricsOf(sights: readonly Sight[]): Promise<{ type: string; body: string }> {
  const registry = new Registry();
  for (const metric of OF_ACCOUNT) tell(registry, metric, sights, (sight) => sight);
  for (const metric of OF_KNOWN) tell(registry, metric, sights, ({ known }) => known);
  const [own, whole] = [processRegistry(), registry];
  return { type: own.contentType, body: `${await whole.metrics()}\n${await own.metrics()}` };
}

function tell<Of>(
  registry: Registry,
  { name, help, labels, kind, samples }: Metric<Of>,
  sights: readonly Sight[],
  partOf: (sight: Sight) => Of | undefined,
): void {
  const options = {
    name: PREFIX + name,
    help,
    labelNames: ['desk', 'account', ...labels],
    registers: [registry],
  };
  const metric = kind === 'counter' ? new Counter(options) : new Gauge(options);
  for (const sight of sights) {
    const part = partOf(sight);
    if (part === undefined) continue;
    const common = { desk: sight.desk, account: String(sight.account) };
    for (const [own, value] of samples(part)) metric.inc({ ...common, ...own }, value);
  }
}
