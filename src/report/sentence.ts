import type { OutcomeRecord } from '../run/record.ts';
import { reasonText } from './attention.ts';
import { printable } from './layout.ts';
import { count, counted } from './number.ts';
import { unreachable } from './unreachable.ts';

/** One English sentence on what became of a row; holds names of fields, never values. */
export function outcomeSentence(record: OutcomeRecord): string {
  return `${place(record)} ${outcomeClause(record)}`;
}

function place(record: OutcomeRecord): string {
  const source = record.source === '-' ? 'standard input' : printable(record.source);
  return `Line ${count(record.line)} of ${source}`;
}

function outcomeClause(record: OutcomeRecord): string {
  const contact = record.contact_id === null ? 'the contact' : `contact ${record.contact_id}`;
  switch (record.outcome) {
    case 'updated':
      return `updated ${contact}${fieldList(record)}${tries(record)}.`;
    case 'created':
      return `created ${contact}${fieldList(record)}${tries(record)}.`;
    case 'unchanged':
      return `changed nothing: ${contact} already holds these values.`;
    case 'merged':
      return `was merged into another change of ${contact}${why(record)}.`;
    case 'stale':
      return `is stale for ${contact}${why(record)}.`;
    case 'skipped':
      return `was skipped${why(record)}.`;
    case 'not_found':
      return `was not found${why(record)}.`;
    case 'ambiguous':
      return `is ambiguous${why(record)}.`;
    case 'invalid':
      return `is invalid${why(record)}.`;
    case 'rejected':
      return `was rejected for ${contact}${answer(record)}${why(record)}.`;
    case 'failed':
      return `failed for ${contact} after ${counted(record.attempts, 'attempt')}${answer(record)}${why(record)}.`;
    case 'cancelled':
      return `was cancelled${why(record)}.`;
    default:
      return unreachable(record.outcome);
  }
}

function fieldList(record: OutcomeRecord): string {
  return record.fields.length === 0 ? '' : ` (${record.fields.map(printable).join(', ')})`;
}

function tries(record: OutcomeRecord): string {
  return record.attempts > 1 ? ` at attempt ${record.attempts}` : '';
}

function answer(record: OutcomeRecord): string {
  return record.http_status === null ? '' : ` (status ${record.http_status})`;
}

function why(record: OutcomeRecord): string {
  const message = record.reason === null ? '' : reasonText(record.reason).message;
  const said = message === '' ? '' : `: ${continued(message)}`;
  return record.detail === undefined ? said : `${said} (${printable(record.detail)})`;
}

/** A message as the rest of a sentence: small first letter, unless it is a name, and no full stop. */
function continued(message: string): string {
  const open = message.replace(/\.$/, '');
  return open.startsWith('Chatwoot') ? open : open.charAt(0).toLowerCase() + open.slice(1);
}
