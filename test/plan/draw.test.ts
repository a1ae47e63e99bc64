import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planText } from '../../src/plan/draw.ts';
import { entryText } from '../../src/plan/draw-entry.ts';
import { displayWidth } from '../../src/report/layout.ts';
import { callCounts, outcomeCounts } from '../report/sample.ts';
import { sampleEntry, samplePlan } from './sample.ts';

const PLAIN = { width: 80, colour: false };
const COMMAND = { args: ['contacts.csv', '--match', 'email', '--all'] };
const FIRST = [
  sampleEntry(),
  sampleEntry({
    row: 3,
    line: 5,
    contact_id: 43,
    changes: [
      { field: 'name', before: '"Ada Lovelace"', after: '"Ada King"' },
      { field: 'custom_attributes.seats', before: '', after: '9007199254740993' },
      { field: 'phone_number', before: '"+4915112345678"', after: 'null' },
      { field: 'avatar_url', before: undefined, after: '"https://cdn.example.com/ada.png"' },
    ],
  }),
];

test('a plan fits on a screen: what would happen, what it costs, what changes, and what to type next', () => {
  assert.equal(
    planText(samplePlan(), FIRST, { ...PLAIN, command: COMMAND }),
    `plan run_a1  nothing written                                          1,000 rows

  updated    200  20.0 %  ████▊
  unchanged  797  79.7 %  ███████████████████▏
! not_found    3   0.3 %  ▏
! 3 rows need attention

Account   1 on https://desk.example.com
Calls     274 calls, 0.27 a row: 200 update + 67 filter + 5 clear + 2 other
Time      5.5 s at 3,000 calls a minute, 2 in flight
Desk      4.8 s of its time, 87.4 % of one core while it lasts
          a call costs 16.2 ms (filter), 3.1 ms (other), measured here; 18 ms
          (update), 20 ms (clear), known of Chatwoot
Look-up   by e-mail, 15 rows a call: every row has one, and it is indexed
          by identifier would take 67 calls and 8.0 s of the desk's time
Files     contacts.csv  1,000 rows

Why rows need attention
  3  no-such-contact: No contact has this match key.
     → Check the key in Chatwoot; contacts without e-mail, phone and identifier
       are invisible to its filter.

Contacts by field
  field                   + filled  ~ replaced  - cleared
  custom_attributes.plan       120          60          5
  name                           0          20          0

The first 2 of 200 contacts that change
  contact 42  line 2 of contacts.csv
    ~ custom_attributes.plan  "free" → "pro"
  contact 43  line 5 of contacts.csv
    ~ name                     "Ada Lovelace" → "Ada King"
    + custom_attributes.seats  9007199254740993
    - phone_number             "+4915112345678"
    ~ avatar_url               (not known) → "https://cdn.example.com/ada.png"
  and 198 more: --all

Undo      every change can be taken back

Next      Nothing was written. To change 200 contacts:
          contact-sync sync contacts.csv --match email
`,
  );
});

test('a created contact has no number yet, and standard input no path', () => {
  const entry = sampleEntry({
    outcome: 'created',
    contact_id: null,
    source: '-',
    line: 1200,
    changes: [{ field: 'email', before: '', after: '"ada@example.com"' }],
  });
  assert.equal(
    entryText(entry, PLAIN),
    '  new contact  line 1,200 of standard input\n    + email  "ada@example.com"\n',
  );
});

test('a value cannot write to the terminal, and what cannot be seen can be told apart', () => {
  const changes = [
    { field: 'custom_attributes.a\u001b[2J', before: '"x\u009b31m"', after: '"x"' },
    { field: 'name', before: '"Ada Lovelace"', after: '"Ada\u00a0Lovelace"' },
  ];
  const text = entryText(sampleEntry({ source: 'evil\u001b[2J.csv', changes }), PLAIN);
  assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0]/);
  assert.match(text, /"x\\u009b31m" → "x"/);
  assert.match(text, /"Ada Lovelace" → "Ada\\u00a0Lovelace"/);
});

test('no line but a command is wider than the terminal, whatever the language and length of values and names', () => {
  const long = [
    {
      field: `custom_attributes.${'schlüssel'.repeat(20)}`,
      before: '"短い"',
      after: JSON.stringify('連絡先'.repeat(90)),
    },
    { field: 'name', before: JSON.stringify('😀'.repeat(90)), after: JSON.stringify(`${'😀'.repeat(90)}!`) },
    { field: 'email', before: JSON.stringify('a'.repeat(90)), after: 'null' },
  ];
  const entry = sampleEntry({ source: `${'連絡先'.repeat(30)}.csv`, changes: long });
  const fields = long.map(({ field }) => ({ field, filled: 123_456, replaced: 123_456, cleared: 123_456 }));
  const limits = [{ what: 'a new picture; Chatwoot keeps no copy of the one before', contacts: 1 }];
  const plan = samplePlan({ fields, undo: { possible: false, only_so_far: limits } });
  for (const width of [40, 60, 80, 120]) {
    for (const line of planText(plan, [entry], { width, colour: false, command: COMMAND }).split('\n')) {
      const free = line.includes('contact-sync') || line.includes('https://');
      if (!free) assert.ok(displayWidth(line) <= width, `${width}: ${line}`);
    }
  }
});

test('colour only adds colour', () => {
  const painted = planText(samplePlan(), FIRST, { width: 80, colour: true, command: COMMAND });
  assert.ok(painted.includes('\u001b[33m~\u001b[39m') && painted.includes('\u001b[31m-\u001b[39m'));
  assert.equal(painted.replace(/\u001b\[\d+m/g, ''), planText(samplePlan(), FIRST, { ...PLAIN, command: COMMAND }));
});

test('where every change was drawn before, none is drawn again', () => {
  const text = planText(samplePlan(), FIRST, { ...PLAIN, command: COMMAND, all: true });
  assert.doesNotMatch(text, /contact 42|--all|that change/);
});

test('limits of an undo and guard rails are said before the next step', () => {
  const text = planText(
    samplePlan({
      outcomes: outcomeCounts({ updated: 1, created: 1 }),
      rows: 2,
      undo: { possible: false, only_so_far: [{ what: 'created; an undo lists them and deletes none', contacts: 1 }] },
      rails: [
        { rail: 'max-changed', sentence: '100 % of the rows would change, 20 % are allowed. Raise --max-changed.' },
      ],
    }),
    FIRST,
    { ...PLAIN, command: { args: ['contacts.csv'], out: 'plan.ndjson' } },
  );
  assert.ok(
    text.endsWith(`What changes
${FIRST.map((entry) => entryText(entry, PLAIN)).join('')}
Undo      can take back nothing:
          1 contact: created; an undo lists them and deletes none

Stop      max-changed: 100 % of the rows would change, 20 % are allowed. Raise
          --max-changed.

Next      The run would be stopped, see above. Settle that, then:
          contact-sync apply plan.ndjson
`),
    text,
  );
});

test('a plan in which nothing changes has no odd numbers and no tables', () => {
  const text = planText(
    samplePlan({
      rows: 0,
      outcomes: outcomeCounts({}),
      reasons: {},
      calls: callCounts({}),
      cost: { by_call: {}, desk_ms: 0, duration_ms: 0, pace: { rate: 3000, concurrency: 2 } },
      fields: [],
      lookup: null,
      files: [],
    }),
    [],
    { ...PLAIN, command: COMMAND },
  );
  assert.doesNotMatch(text, /NaN|Infinity|undefined|Contacts by field|Undo/);
  assert.match(text, /none: Chatwoot would not be asked at all/);
  assert.match(text, /Next {6}Nothing to do: no contact would be changed\.\n$/);
});
