/** The first signal asks to come to an end, the second ends at once. */
export function onSignals(): { signal: AbortSignal; end: () => void } {
  const stopping = new AbortController();
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const handle = () => {
      if (stopping.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143);
      stopping.abort(name);
    };
    process.on(name, handle);
    return { name, handle };
  });
  return {
    signal: stopping.signal,
    end: () => {
      for (const { name, handle } of handlers) process.off(name, handle);
    },
  };
}
