import assert from 'node:assert/strict';
import type { WebhookEvent } from '../../../src/source/webhook/event.ts';
import { parseBody } from '../../../src/source/webhook/parse.ts';
import { type Preset, presetOf } from '../../../src/source/webhook/presets/preset.ts';

/** Everything a delivery says, on the road a real one takes: bytes, content type, preset. */
export function deliver(
  preset: Preset | string,
  body: unknown,
  headers: Record<string, string> = {},
  type = 'application/json',
): WebhookEvent[] {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const parsed = parseBody(raw, type);
  assert.ok('value' in parsed, 'fault' in parsed ? parsed.fault : '');
  return (typeof preset === 'string' ? presetOf(preset) : preset).read({ body: parsed.value, headers, raw });
}

/** The only thing a delivery says. */
export function single(...given: Parameters<typeof deliver>): WebhookEvent {
  const events = deliver(...given);
  assert.equal(events.length, 1);
  return events[0]!;
}

/** The values of the only patch of a delivery. */
export function patchOf(...given: Parameters<typeof deliver>): Readonly<Record<string, unknown>> {
  const { content } = single(...given);
  assert.ok(content.type === 'patch', `${content.type}: ${'why' in content ? content.why : ''}`);
  return content.values;
}

/** Type and reason of the only thing a delivery says, when it is no patch. */
export function verdictOf(...given: Parameters<typeof deliver>): string {
  const { content } = single(...given);
  return 'why' in content ? `${content.type}: ${content.why}` : content.type;
}
