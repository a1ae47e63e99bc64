import { setMaxListeners } from 'node:events';

/**
 * The first signal asks to come to an end, the second ends at once. With `preparing` the first one does as well until
 * `begun` is called: nothing was sent yet, and what is waited for (a pipe, Redis, an answer) may never come.
 */
export function onSignals({ preparing = false } = {}): { signal: AbortSignal; begun: () => void; end: () => void } {
  const stopping = new AbortController();
  // Each account of a lasting process listens.
  setMaxListeners(0, stopping.signal);
  let atOnce = preparing;
  const handlers = (['SIGINT', 'SIGTERM'] as const).map((name) => {
    const handle = () => {
      // Somebody else who listens (the demo) has things to tidy up, so ending at once is not ours to decide.
      const alone = process.listenerCount(name) === 1;
      if ((atOnce && alone) || stopping.signal.aborted) process.exit(name === 'SIGINT' ? 130 : 143);
      stopping.abort(name);
    };
    process.on(name, handle);
    return { name, handle };
  });
  return {
    signal: stopping.signal,
    begun: () => {
      atOnce = false;
    },
    end: () => {
      for (const { name, handle } of handlers) process.off(name, handle);
    },
  };
}
