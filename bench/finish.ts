import { finish } from '../src/commands/finish.ts';
import type { RunFile } from '../src/run/state.ts';
import type { Summary } from '../src/run/summary.ts';

/** What the process is handed by bench/attention.ts. */
export interface FinishTask {
  dir: string;
  summary: Summary;
  files: RunFile[];
  drained: number;
}

/** What it answers: its peak of memory in MB (10^6 bytes), before and at the end, and the seconds it took. */
export interface FinishPeak {
  before: number;
  peak: number;
  seconds: number;
}

const peak = () => (process.resourceUsage().maxRSS * 1024) / 1e6;

process.once('message', async (task: FinishTask) => {
  const [before, from] = [peak(), performance.now()];
  await finish({ ...task, contactUrl: (id) => `https://desk.example.com/app/accounts/1/contacts/${id}` });
  const answer: FinishPeak = { before, peak: peak(), seconds: (performance.now() - from) / 1000 };
  process.send?.(answer);
  process.disconnect();
});
