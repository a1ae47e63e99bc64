import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { Console } from './console.ts';
import { Engine } from './engine.ts';
import { sentenceOf } from './pace-words.ts';

/** The engine of a process that goes on until it is told to stop: why calls wait stands in its log, for nobody watches. */
export function openLasting(config: Config, log: Logger, console: Console): Promise<Engine> {
  return Engine.open({
    config,
    log,
    warn: (sentence) => console.say(sentence),
    onWaiting: (waiting) => {
      const sentence = sentenceOf(waiting);
      if (sentence === undefined) log.info({ event: 'calls.resumed' }, 'calls.resumed');
      else log.warn({ event: 'calls.waiting', cause: waiting!.cause }, sentence);
    },
  });
}
