import pino from 'pino';
import { Console } from './console.ts';
import { Engine } from './engine.ts';
import { type CommonFlags, configOf } from './options.ts';

/** Runs something short beside whatever is going on: connects, does it, and leaves. Makes no call to Chatwoot by itself. */
export async function withEngine<T>(flags: CommonFlags, work: (engine: Engine) => Promise<T>): Promise<T> {
  const console = new Console(flags);
  const engine = await Engine.open({
    // Looking on must not change the rate that is in force.
    config: { ...configOf(flags), rate: undefined },
    log: pino({ level: 'silent' }),
    warn: (sentence) => console.say(sentence),
  });
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
