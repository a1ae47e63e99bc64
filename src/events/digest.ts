import { hash } from 'node:crypto';

/** 80 bits as hexadecimal: enough that ten million keys a week never meet by chance. */
export function digestOf(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 20);
}
