import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { FAULTS } from './faults/catalog.ts';
import { saveCampaign } from './results.ts';
import { play } from './round.ts';
import { FULL, type Round, roundOf } from './schedule.ts';
import { add, type Campaign, nothingYet } from './tally.ts';
import { WORKS } from './works/catalog.ts';
import { openGround } from './world.ts';

const USAGE = `npm run chaos -- [--minutes N] [--seed S] [--round N] [--replay FILE] [--no-save]
  --minutes N    rounds are begun for so long (default 3)
  --seed S       draws the rounds; without it one is drawn and printed
  --round N      only this round of the seed
  --replay FILE  a round.json that was kept; it may have been changed by hand
  --no-save      no line for docs/reliability.md (a campaign of less than 3 minutes never leaves one)
Build first: npm run build.`;

/** Rounds that stand on one Redis; then a new one, since a file that only grows is no test of anything. */
const ROUNDS_A_REDIS = 4;

/** A campaign shorter than this is a try, in minutes. */
const WORTH_SAVING = 3;

const say = (text: string) => void process.stdout.write(`${text}\n`);

function* roundsOf(
  seed: number,
  minutes: number,
  only: number | undefined,
  replay: string | undefined,
): Generator<Round> {
  if (replay !== undefined) {
    yield JSON.parse(readFileSync(replay, 'utf8')) as Round;
    return;
  }
  const names = WORKS.map(({ name }) => name);
  const end = performance.now() + minutes * 60_000;
  for (let n = only ?? 1; only === undefined ? performance.now() < end : n === only; n++)
    yield roundOf(seed, n, FULL, names, FAULTS);
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { minutes: text, seed: text, round: text, replay: text, 'no-save': { type: 'boolean' } },
  });
  const number = (name: 'minutes' | 'seed' | 'round', otherwise: number): number => {
    const value = Number(values[name] ?? otherwise);
    if (!(value > 0)) throw new Error(`--${name} takes a number above 0.\n${USAGE}`);
    return value;
  };
  const minutes = number('minutes', 3);
  const seed = number('seed', 1 + (Date.now() % 99_999));
  const only = values.round === undefined ? undefined : number('round', 1);
  const campaign: Campaign = nothingYet(seed, minutes);
  say(`seed ${seed}; again with: npm run chaos -- --minutes ${minutes} --seed ${seed}`);
  let ground = await openGround();
  try {
    for (const round of roundsOf(seed, minutes, only, values.replay)) {
      if (
        campaign.rounds > 0 &&
        (campaign.rounds % ROUNDS_A_REDIS === 0 || campaign.failed.at(-1)?.round === round.number - 1)
      ) {
        await ground.close();
        ground = await openGround();
      }
      const { strikes, ...settings } = round;
      say(`\nround ${round.number}: ${JSON.stringify(settings)}`);
      const played = await play(round, ground, say);
      add(campaign, round, played);
      say(
        `  ${played.rows} rows, ${played.calls} calls, ${played.processes} processes in ${played.seconds} s: ${played.wrong.length === 0 ? 'all holds' : 'FAILED'}`,
      );
      if (played.wrong.length === 0) continue;
      for (const sentence of played.wrong) say(`  * ${sentence}`);
      say(`  kept in ${played.kept}; the schedule is its round.json:`);
      for (const strike of strikes) say(`    ${JSON.stringify(strike)}`);
      say(`  again with: npm run chaos -- --seed ${round.seed} --round ${round.number}`);
    }
  } finally {
    await ground.close();
  }
  say(
    `\n${campaign.rounds} rounds, ${campaign.rows} rows and events, ${campaign.strikes} faults, ${campaign.failed.length} rounds failed`,
  );
  const isWhole = only === undefined && values.replay === undefined && minutes >= WORTH_SAVING;
  if (isWhole && values['no-save'] !== true) {
    say(`${saveCampaign(campaign)} written; npm run docs puts it into docs/reliability.md`);
  }
  return campaign.failed.length === 0 ? 0 : 1;
}

process.exitCode = await main();
