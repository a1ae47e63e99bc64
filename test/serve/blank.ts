import type { Views } from '../../src/serve/views.ts';

/** For a server whose deliveries are looked at, and nothing else. */
export const BLANK: Views = {
  page: async () => 'the page',
  queues: async () => 'the queue',
  metrics: async () => ({ type: 'text/plain; version=0.0.4; charset=utf-8', body: 'a_metric 1\n' }),
};
