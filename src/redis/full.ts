/**
 * Whether Redis refused a write because its maxmemory is reached. Of a script or a transaction that was refused nothing was
 * done.
 */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return false;
  // A transaction says only that something of it was refused; why is told beside.
  const { previousErrors = [] } = error as { previousErrors?: readonly Error[] };
  return error.message.startsWith('OOM') || previousErrors.some(({ message }) => message.startsWith('OOM'));
}
