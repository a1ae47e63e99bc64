import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shape } from '../../src/events/shape.ts';
import { EventSource } from '../../src/events/source.ts';
import type { WebhookEvent } from '../../src/source/webhook/event.ts';
import { presetOf } from '../../src/source/webhook/presets/preset.ts';
import { verifierOf } from '../../src/source/webhook/verify/verify.ts';

function source(map: Record<string, string>, match: ('email' | 'identifier')[] = []): EventSource {
  const verifier = verifierOf({ scheme: 'none', insecure: true }, undefined);
  return new EventSource({ name: 'app', preset: presetOf('generic'), verifier, match, map });
}

function shaped(from: EventSource, values: Record<string, unknown>) {
  const event: WebhookEvent = { key: 'k', observedAt: 1, subject: null, content: { type: 'patch', values } };
  return shape(from, event, undefined);
}

test('values are read as cells are: null clears, what is absent is left alone, what is not mapped sets nothing', () => {
  const from = source({ 'custom.seats': 'custom_attributes.seats', 'custom.plan': 'custom_attributes.plan' });
  const values = { email: 'A@x.test', 'custom.seats': 7, 'custom.plan': null, 'custom.shoe': 9 };
  assert.deepEqual(shaped(from, values), {
    type: 'row',
    change: {
      keys: { email: 'a@x.test' },
      match: ['email'],
      patch: { email: '"a@x.test"', 'custom_attributes.seats': '"7"', 'custom_attributes.plan': 'null' },
    },
  });
});

test('only a configured key finds a contact; another one that the event carries does not stand in for it', () => {
  const what = shaped(source({}, ['identifier']), { email: 'a@x.test', name: 'A' });
  assert.equal(what.type, 'invalid');
  assert.equal(what.type === 'invalid' && what.fault.reason, 'no-match-key');
});

test('two values for one field are said to be that, and a key alone is no change', () => {
  const twice = shaped(source({ mobile: 'phone_number' }), { email: 'a@x.test', phone: '+4915', mobile: '+4916' });
  assert.equal(twice.type === 'invalid' && twice.fault.reason, 'event-unusable');
  assert.match(twice.type === 'invalid' ? (twice.fault.detail ?? '') : '', /phone_number/);
  assert.deepEqual(shaped(source({}), { email: 'a@x.test' }), { type: 'skipped', reason: 'nothing-mapped' });
});
