/** What an error may say: its message and where it arose. Never its other members, which carry commands, headers and rows. */
export interface Fault {
  type: string;
  message: string;
  stack: string;
  code?: string;
  cause?: Fault;
}

/** Redis repeats the arguments of a command that it does not know. */
const ARGUMENTS = /, with args beginning with: .*/g;

/** `JSON.parse` repeats the text that it cannot read. */
const JSON_TEXT = /Unexpected token [\s\S]* is not valid JSON/g;

/** A text of an error without the values that Redis and JSON.parse put into it. */
export function withoutValues(text: string): string {
  return text.replace(ARGUMENTS, '').replace(JSON_TEXT, 'not valid JSON');
}

/** An error as it may be logged and shown; whatever else was thrown is named by its type alone. */
export function faultOf(thrown: unknown): Fault {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: 'no error was thrown', stack: '' };
  const { code } = thrown as NodeJS.ErrnoException;
  return {
    type: thrown.name,
    message: withoutValues(thrown.message),
    stack: withoutValues(thrown.stack ?? ''),
    ...(typeof code === 'string' ? { code } : {}),
    ...(thrown.cause instanceof Error ? { cause: faultOf(thrown.cause) } : {}),
  };
}
