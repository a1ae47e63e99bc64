import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { jsonPreset } from '../../../src/source/webhook/presets/json.ts';
import { PRESETS, presetOf } from '../../../src/source/webhook/presets/preset.ts';

/** Names and words that the presets look for, so that chance gets past the first question. */
const WORDS = [
  ...['type', 'event', 'events', 'event_type', 'meta', 'data', 'item', 'id', 'ids', 'contact', 'contacts', 'current'],
  ...['action', 'object', 'object_type', 'object_id', 'entity', 'entity_id', 'topic', 'traits', 'userId', 'messageId'],
  ...['subscriptionType', 'objectId', 'propertyName', 'propertyValue', 'changed_attributes', 'updated_at', 'record_id'],
  ...[
    'Envelope',
    'Body',
    'notifications',
    'Notification',
    'sObject',
    'Id',
    '@_type',
    '@_nil',
    'emails',
    'phones',
    'primary',
  ],
  ...[
    'custom_attributes',
    'customAttributes',
    'custom_fields',
    'context',
    'module',
    'operation',
    'value',
    'constructor',
  ],
];
const SAID = [
  ...[
    'contact.propertyChange',
    'contact.merge',
    'contact.creation',
    'object.deletion',
    'person',
    'contact',
    'identify',
  ],
  ...[
    'contact_updated',
    'contact_created',
    'contact.upserted',
    'contact.deleted',
    'contact.user.updated',
    'record.updated',
  ],
  ...[
    'updated',
    'change',
    'delete',
    'Contacts',
    'update',
    'sf:Contact',
    'true',
    '',
    'REDACTED',
    '0-1',
    '2025-10-09T08:53:20Z',
  ],
];

const { value } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', maxDepth: 8 },
    fc.constantFrom(...SAID),
    fc.oneof(fc.constantFrom(null, true, 0, 7, 1760000000, 1760000000500), fc.double(), fc.string()),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...WORDS), fc.string()), tie('value'), { maxKeys: 6 }),
}));

const HEADERS = { 'x-shopify-topic': 'customers/update', 'idempotency-key': 'd-1' };
const JSON_PRESET = jsonPreset({ items: 'data[*]', subject: 'id', values: { a: 'contact', b: 'emails[0].value' } });

test('no body makes a preset throw, and every event is whole', () => {
  fc.assert(
    fc.property(value, fc.constantFrom(HEADERS, {}), (body, headers) => {
      const raw = Buffer.from(JSON.stringify(body));
      for (const preset of [...Object.values(PRESETS), JSON_PRESET]) {
        const events = preset.read({ body, headers, raw });
        assert.deepEqual(preset.read({ body, headers, raw }), events, 'the same delivery says the same');
        for (const { key, observedAt, subject, content } of events) {
          assert.ok(key.length > 0 && key.length <= 200, preset.name);
          assert.ok(observedAt === null || Number.isSafeInteger(observedAt), preset.name);
          assert.ok(subject === null || subject !== '', preset.name);
          if (content.type === 'patch') {
            for (const said of Object.values(content.values))
              assert.ok(said === null || ['string', 'number', 'boolean'].includes(typeof said), preset.name);
            if (subject !== null) assert.equal(content.values.id, subject, preset.name);
          } else if (content.type === 'ignored' || content.type === 'unusable') assert.notEqual(content.why, '');
          else assert.notEqual(subject, null, preset.name);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('a preset is found by its name, and what it maps are names it documents and fields of Chatwoot', () => {
  const fields = ['identifier', 'email', 'phone_number', 'name'];
  for (const [name, preset] of Object.entries(PRESETS)) {
    assert.equal(presetOf(name), preset);
    assert.equal(preset.name, name);
    assert.ok(preset.fields.id !== undefined, name);
    for (const [from, to] of Object.entries(preset.map)) {
      // HubSpot's properties are documented as one: whichever changed.
      assert.ok(from in preset.fields || '<property>' in preset.fields, `${name}: ${from}`);
      assert.ok(fields.includes(to), `${name}: ${to}`);
    }
  }
});

test('an unknown name and missing settings are faults that say what to do', () => {
  for (const name of ['salesforces', '', 'constructor', '__proto__'])
    assert.throws(() => presetOf(name), /use one of hubspot, .*generic, json$/);
  assert.throws(() => presetOf('json'), /needs settings/);
  assert.equal(presetOf('json', { values: { a: 'a' } }).name, 'json');
});
