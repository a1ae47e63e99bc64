import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { outcomesCsv } from '../../src/report/csv.ts';
import { sampleRecord } from './sample.ts';

test('one line a row, with its message', async () => {
  const records = [
    sampleRecord({ source: '-' }),
    sampleRecord({
      outcome: 'rejected',
      reason: 'email-taken',
      contact_id: null,
      http_status: 422,
      desk_ms: null,
      request_id: null,
      detail: '=HYPERLINK("x"), taken',
    }),
  ];
  let text = '';
  for await (const line of outcomesCsv(records)) text += line;
  assert.equal(
    text,
    [
      'run,source,line,outcome,reason,message,detail,contact_id,fields,http_status,attempts,duration_ms,desk_ms,request_id',
      'run_a1,-,12,updated,,,,42,name custom_attributes.plan,200,1,31,19,run_a1-12-1',
      `run_a1,contacts.csv,12,rejected,email-taken,Another contact has this e-mail address.,"'=HYPERLINK(""x""), taken",,name custom_attributes.plan,422,1,31,,`,
      '',
    ].join('\r\n'),
  );
  assert.equal(parse(text).length, 3);
});
