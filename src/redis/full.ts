/** Whether Redis refused a write because its maxmemory is reached. Of a script that was refused nothing was done. */
export function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError' && error.message.startsWith('OOM');
}
