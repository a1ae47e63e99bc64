import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { OutcomeRecord } from '../../src/run/record.ts';
import type { Summary } from '../../src/run/summary.ts';
import { outcomesIn, type Rig, type RigOptions, type RunOptions, rig, until } from './rig.ts';

const CONFIG = `
sources:
  app:
    preset: generic
    verify: { scheme: none }
    match: [email]
    map: { Tier: custom_attributes.tier, custom.seats: custom_attributes.seats }
  crm:
    preset: json
    json: { id: id, observed_at: at, subject: customer, deleted: { path: gone, equals: true }, values: { mail: mail, plan: plan } }
    verify: { scheme: none }
    map: { mail: email, plan: custom_attributes.tier }
  desk:
    preset: chatwoot
    verify: { scheme: none }
`;

export interface Reconciling extends Rig {
  /** Writes an export that was last written at a time (epoch ms); returns its name. */
  export(lines: string[], atMs: number, name?: string): string;
  /** Runs `reconcile --json` and reads its summary. */
  reconcile(args: string[], options?: RunOptions): Promise<Told>;
  /** Waits until as many events of the application have their outcome. */
  settled(events: number): Promise<void>;
  /** Takes events in from now on; returns how one is sent. */
  serve(): (source: string, body: object) => Promise<void>;
}

/** What a run said of itself. */
export interface Told {
  code: number | null;
  stderr: string;
  summary: Summary;
  outcomes: OutcomeRecord[];
}

/** A desk of some contacts, and the sources of events of an application and of a CRM. */
export async function reconciling(t: TestContext, options: RigOptions = {}, config = CONFIG): Promise<Reconciling> {
  const made = await rig(t, { sandbox: { contacts: 8 }, ...options });
  made.file('contact-sync.yaml', config);
  return {
    ...made,
    export(lines, atMs, name = 'export.csv') {
      made.file(name, `${lines.join('\n')}\n`);
      utimesSync(join(made.dir, name), atMs / 1000, atMs / 1000);
      return name;
    },
    async reconcile(args, more) {
      const { code, stdout, stderr } = await made.run(['reconcile', '--json', ...args], more);
      if (stdout === '') throw new Error(`reconcile printed no document (exit ${code}):\n${stderr}`);
      const summary = JSON.parse(stdout) as Summary;
      return { code, stderr, summary, outcomes: outcomesIn(summary.report_dir) };
    },
    settled(events) {
      const client = made.redis!.client();
      return until('events have their outcome', async () => {
        const [day] = (await client.keys('*:run:run_*_app')).map((key) => client.hget(key, 'settled'));
        return Number(await day) === events;
      });
    },
    serve() {
      const serving = made.start(['serve', '--port', '0']);
      return async (source, body) => {
        let url: string | undefined;
        await until('serve listens', () => {
          url = /listening on (http:\S+)/.exec(serving.stderr())?.[1];
          return url !== undefined;
        });
        const headers = { 'content-type': 'application/json' };
        const response = await fetch(`${url}/webhooks/${source}`, {
          method: 'POST',
          headers,
          body: JSON.stringify(body),
        });
        if (response.status !== 200) throw new Error(`${response.status}: ${serving.stderr()}`);
      };
    },
  };
}

let told = 0;

/** An event of the application about the contact of a number. */
export function upserted(contact: number, values: Record<string, unknown>, atMs: number): object {
  told += 1;
  const occurredAt = new Date(atMs).toISOString();
  const email = `contact${contact}@example.com`;
  return {
    id: `e${told}`,
    type: 'contact.upserted',
    occurredAt,
    contact: { externalId: `x${contact}`, email, ...values },
  };
}

/** How the rows ended, in their order. */
export const endings = ({ outcomes }: Told) => outcomes.map(({ outcome, reason }) => reason ?? outcome);
