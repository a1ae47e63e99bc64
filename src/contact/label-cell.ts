import type { Fault } from '../run/reason.ts';
import { fieldOfLabel, holdsLabel, LABELS, labelFault, uniqueLabels } from './label.ts';
import type { Patch } from './patch.ts';

const SEPARATOR = /[,;]/;

/**
 * Reads a filled cell of labels: `+vip, -old` adds and removes, `=a,b` sets exactly these, `=` alone clears all. Entries
 * are parted by commas or semicolons and trimmed; their case is kept.
 */
export function readLabels(cell: string): Patch | Fault {
  const text = cell.trim();
  return text.startsWith('=') ? readList(text.slice(1).trim()) : readEntries(text);
}

function readList(text: string): Patch | Fault {
  if (text === '') return { [LABELS]: '[]' };
  const labels = text.split(SEPARATOR).map((entry) => entry.trim());
  if (labels.some((label) => /^[+-]/.test(label))) return faulty('= stands with + or - in one cell');
  for (const label of labels) {
    const fault = labelFault(label);
    if (fault !== undefined) return faulty(fault);
  }
  return { [LABELS]: JSON.stringify(uniqueLabels(labels)) };
}

function readEntries(text: string): Patch | Fault {
  const added: string[] = [];
  const removed: string[] = [];
  for (const entry of text.split(SEPARATOR).map((part) => part.trim())) {
    const sign = entry[0];
    if (entry !== '' && sign !== '+' && sign !== '-') {
      return faulty(sign === '=' ? '= stands with + or - in one cell' : 'an entry has neither + nor -');
    }
    const label = entry.slice(1).trim();
    const fault = labelFault(label);
    if (fault !== undefined) return faulty(fault);
    (sign === '+' ? added : removed).push(label);
  }
  if (added.some((label) => holdsLabel(removed, label))) return faulty('a label is both added and removed');
  const patch: Patch = {};
  for (const label of uniqueLabels(added)) patch[fieldOfLabel(label)] = 'true';
  for (const label of uniqueLabels(removed)) patch[fieldOfLabel(label)] = 'false';
  return patch;
}

function faulty(detail: string): Fault {
  return { reason: 'label-format', detail };
}
