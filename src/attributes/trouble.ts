import type { Answer, NetworkFault } from '../chatwoot/answer.ts';

/** An answer that tells nothing about attributes, as a sentence with the next step. */
export function troubleOf(answer: Answer | NetworkFault): string {
  const what = answer.type === 'fault' ? `does not answer (${answer.code})` : `answers HTTP ${answer.status}`;
  return `Chatwoot ${what}. Give the same command again when it is well; nothing is created twice.`;
}
