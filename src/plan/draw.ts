import { type Paint, painter } from '../report/colour.ts';
import { fileList } from '../report/file-list.ts';
import { LABEL, labelled } from '../report/labelled.ts';
import { alignColumns, clip, displayWidth, printable } from '../report/layout.ts';
import { count, counted, decimal, duration, percent } from '../report/number.ts';
import { outcomeTable } from '../report/outcome-table.ts';
import { reasonList } from '../report/reason-list.ts';
import type { TextOptions } from '../report/text.ts';
import { CALL_KINDS } from '../run/summary.ts';
import { entryText } from './draw-entry.ts';
import type { CostSource, Plan, PlanEntry } from './entry.ts';
import { afterPlan, type PlanCommand } from './next-step.ts';

export interface PlanTextOptions extends TextOptions {
  /** What the next step is made of. */
  command: PlanCommand;
  /** Every change was drawn before, one after the other with `entryText`. */
  all?: boolean;
}

const MOST_FIELDS = 20;
/** Columns that the table of fields takes beside the names. */
const TABLE_REST = 35;

/**
 * A plan on one screen, the brother of `summaryText`: what would become of the rows, what it costs, which contacts
 * change how, what cannot be taken back; its last line is what to do next. Ends with a newline. Holds values of contacts:
 * for the terminal only.
 *
 * @param first the entries with the lowest row numbers that write
 */
export function planText(plan: Plan, first: readonly PlanEntry[], options: PlanTextOptions): string {
  const width = Math.max(40, options.width);
  const paint = painter(options.colour);
  const lines = [
    ...title(plan, width, paint),
    '',
    ...outcomeTable(plan, width, paint),
    '',
    ...labelled('Account', printable(`${plan.account_id} on ${plan.base_url}`), width, paint),
    ...labelled('Calls', callsLine(plan), width, paint),
    ...labelled('Time', timeLine(plan), width, paint),
    ...labelled('Desk', deskLine(plan), width, paint),
    ...labelled('', costLine(plan), width, paint, 'faint'),
    ...lookup(plan, width, paint),
    ...fileList(plan.files, width, paint),
    ...reasonList(plan.reasons, width, paint),
    ...fields(plan, width, paint),
    ...(options.all === true ? [] : changes(plan, first, width, options)),
    ...undo(plan, width, paint),
    ...rails(plan, width, paint),
    '',
    ...next(plan, width, paint, options.command),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function title(plan: Plan, width: number, paint: Paint): string[] {
  const name = `plan ${printable(plan.run)}`;
  const status = 'nothing written';
  const rows = counted(plan.rows, 'row');
  const head = `${paint('strong', name)}  ${paint('accent', status)}`;
  const gap = width - displayWidth(`${name}  ${status}${rows}`);
  return gap >= 2 ? [`${head}${' '.repeat(gap)}${rows}`] : [head, rows];
}

function callsLine({ calls, rows }: Plan): string {
  if (calls.total === 0) return 'none: Chatwoot would not be asked at all';
  const kinds = CALL_KINDS.filter((kind) => calls[kind] > 0).map((kind) => `${count(calls[kind])} ${kind}`);
  const perRow = rows > 0 ? `, ${decimal(calls.total / rows)} a row` : '';
  return `${counted(calls.total, 'call')}${perRow}: ${kinds.join(' + ')}`;
}

function timeLine({ cost: { duration_ms, pace } }: Plan): string {
  const most = `${counted(pace.rate, 'call')} a minute, ${count(pace.concurrency)} in flight`;
  return pace.desk_share === undefined
    ? `${duration(duration_ms)} at ${most}`
    : `${duration(duration_ms)} with ${count(pace.desk_share)} % of the desk, at most ${most}`;
}

function deskLine({ cost }: Plan): string {
  const share = cost.duration_ms > 0 ? `, ${percent(cost.desk_ms, cost.duration_ms)} of one core while it lasts` : '';
  return `${duration(cost.desk_ms)} of its time${share}`;
}

/** `a call costs 16.2 ms (filter), measured here; 18 ms (update), 3 ms (other), known of Chatwoot`. */
function costLine({ cost }: Plan): string {
  const sources: CostSource[] = ['measured here', 'known of Chatwoot'];
  const said = sources.flatMap((source) => {
    const kinds = CALL_KINDS.filter((kind) => cost.by_call[kind]?.source === source);
    if (kinds.length === 0) return [];
    return [`${kinds.map((kind) => `${tenths(cost.by_call[kind]?.ms)} ms (${kind})`).join(', ')}, ${source}`];
  });
  return said.length === 0 ? '' : `a call costs ${said.join('; ')}`;
}

function tenths(ms = 0): string {
  return String(Math.round(ms * 10) / 10);
}

function lookup(plan: Plan, width: number, paint: Paint): string[] {
  if (plan.lookup === null) return [];
  const { way, why, others } = plan.lookup;
  return [
    ...labelled('Look-up', printable(`${way}: ${why}`), width, paint),
    ...others.flatMap((other) => {
      const cost = `${counted(other.calls, 'call')} and ${duration(other.desk_ms)} of the desk's time`;
      return labelled('', `${printable(other.way)} would take ${cost}`, width, paint, 'faint');
    }),
  ];
}

function fields(plan: Plan, width: number, paint: Paint): string[] {
  if (plan.fields.length === 0) return [];
  const shown = plan.fields.slice(0, MOST_FIELDS);
  const widest = width - TABLE_REST;
  const rows = shown.map((field) => [
    clip(printable(field.field), widest),
    count(field.filled),
    count(field.replaced),
    count(field.cleared),
  ]);
  const [header, ...table] = alignColumns(
    [['field', '+ filled', '~ replaced', '- cleared'], ...rows],
    ['left', 'right', 'right', 'right'],
  ).map((cells) => `  ${cells.join('  ')}`);
  const more = plan.fields.length - shown.length;
  return [
    '',
    paint('strong', 'Contacts by field'),
    paint('faint', header ?? ''),
    ...table,
    ...(more > 0 ? [paint('faint', `  and ${counted(more, 'field')} more`)] : []),
  ];
}

function changes(plan: Plan, first: readonly PlanEntry[], width: number, { colour }: TextOptions): string[] {
  if (first.length === 0) return [];
  const paint = painter(colour);
  const written = plan.outcomes.updated + plan.outcomes.created;
  const more = written - first.length;
  const title = more > 0 ? `The first ${first.length} of ${counted(written, 'contact')} that change` : 'What changes';
  return [
    '',
    paint('strong', title),
    ...first.flatMap((entry) => entryText(entry, { width, colour }).trimEnd().split('\n')),
    ...(more > 0 ? [paint('faint', `  and ${count(more)} more: --all`)] : []),
  ];
}

function undo(plan: Plan, width: number, paint: Paint): string[] {
  const { possible, only_so_far: limits } = plan.undo;
  if (plan.outcomes.updated + plan.outcomes.created === 0) return [];
  if (limits.length === 0) return ['', ...labelled('Undo', 'every change can be taken back', width, paint)];
  const head = possible ? 'can take back everything but this:' : 'can take back nothing:';
  return [
    '',
    ...labelled('Undo', head, width, paint, possible ? undefined : 'warn'),
    ...limits.flatMap(({ what, contacts }) =>
      labelled('', `${counted(contacts, 'contact')}: ${printable(what)}`, width, paint, 'warn'),
    ),
  ];
}

function rails(plan: Plan, width: number, paint: Paint): string[] {
  if (plan.rails.length === 0) return [];
  const said = plan.rails.map(({ rail, sentence }) => printable(`${rail}: ${sentence}`));
  return ['', ...said.flatMap((text) => labelled('Stop', text, width, paint, 'bad'))];
}

function next(plan: Plan, width: number, paint: Paint, command: PlanCommand): string[] {
  const step = afterPlan(plan, command);
  const lines = labelled('Next', step.text, width, paint);
  // A command stays on one line of its own, even a long one, so that it can be copied.
  return step.command === undefined ? lines : [...lines, ' '.repeat(LABEL) + paint('accent', printable(step.command))];
}
