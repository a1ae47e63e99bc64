import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SOURCE } from '../../config/source.ts';
import { PRESET_NAMES } from '../../src/source/webhook/presets/names.ts';
import { PRESETS } from '../../src/source/webhook/presets/preset.ts';

const faults = (source: object) =>
  SOURCE.safeParse({ verify: { scheme: 'none' }, ...source }).error?.issues.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  ) ?? [];

test('the presets that can be configured are those there are, in the same order', () => {
  assert.deepEqual([...PRESET_NAMES], Object.keys(PRESETS));
  for (const preset of PRESET_NAMES) assert.deepEqual(faults({ preset }), [], preset);
  assert.match(faults({ preset: 'salesfroce' })[0]!, /^preset: /);
});

test("the desk's own events set nothing, so what would map them is refused instead of passed over", () => {
  assert.deepEqual(faults({ preset: 'chatwoot', match: ['email'], map: { email: 'email' } }), [
    "match: the desk's own events set no field of the desk: leave match out",
    "map: the desk's own events set no field of the desk: leave map out",
  ]);
  assert.deepEqual(faults({ preset: 'chatwoot', match: [], map: {}, rate: 5 }), []);
});

test('only messages of Salesforce name an organisation', () => {
  const verify = { scheme: 'path-secret', secrets: ['a'], organization_id: '00D000000000001EAA' };
  assert.deepEqual(faults({ preset: 'salesforce', verify }), []);
  assert.deepEqual(faults({ preset: 'zoho', verify }), [
    'verify.organization_id: goes with preset salesforce: only its messages name an organisation',
  ]);
});
