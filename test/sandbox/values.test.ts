import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sender, sandboxFor } from './client.ts';

/** The custom attributes of contact 1 after a PUT of that JSON text. */
async function stored(send: Sender, attributes: string): Promise<string> {
  const answer = await send('PUT', '/contacts/1', undefined, { raw: `{"custom_attributes":${attributes}}` });
  assert.equal(answer.status, 200, answer.text);
  return (await send('GET', '/contacts/1')).text;
}

async function fresh(t: Parameters<typeof sandboxFor>[0]): Promise<Sender> {
  const { sandbox, send } = await sandboxFor(t);
  sandbox.contacts.add({ name: 'Ann', email: 'ann@example.com' });
  return send;
}

test('integers past 2^53 leave as they came, also through later merges and filters', async (t) => {
  const send = await fresh(t);
  assert.match(
    await stored(send, '{"big":9007199254740993,"neg":-123456789012345678901234567890}'),
    /"big":9007199254740993/,
  );
  assert.match(await stored(send, '{"other":1}'), /"neg":-123456789012345678901234567890/);
  await send('POST', '/custom_attribute_definitions', {
    attribute_display_name: 'Big',
    attribute_key: 'big',
    attribute_display_type: 'number',
    attribute_model: 'contact_attribute',
  });
  const count = async (value: string): Promise<number> => {
    const payload = [{ attribute_key: 'big', filter_operator: 'equal_to', values: [value] }];
    return (await send('POST', '/contacts/filter', { payload })).json<{ meta: { count: number } }>().meta.count;
  };
  assert.deepEqual([await count('9007199254740993'), await count('9007199254740992')], [1, 0]);
});

test('floats become doubles, 1e400 null, of duplicate keys the last wins', async (t) => {
  const send = await fresh(t);
  const text = await stored(
    send,
    '{"f":0.10000000000000000001,"inf":1e400,"long":12345678901234567890,"dup":1,"dup":2}',
  );
  assert.match(text, /"f":0\.1[,}]/);
  assert.match(text, /"inf":null/);
  assert.match(text, /"dup":2/);
});

test('arrays lose their nulls and the arrays inside them', async (t) => {
  const send = await fresh(t);
  assert.match(
    await stored(send, '{"a":[1,"a",null],"b":[null],"c":[[1],2],"d":{"e":[null,3]}}'),
    /"a":\[1,"a"\],"b":\[\],"c":\[2\],"d":\{"e":\[3\]\}/,
  );
});

test('unreadable bodies are 400, unstorable ones 500', async (t) => {
  const send = await fresh(t);
  const status = async (raw: string | Buffer): Promise<number> =>
    (await send('PUT', '/contacts/1', undefined, { raw })).status;
  const nest = (depth: number): string =>
    `{"custom_attributes":{"n":${'['.repeat(depth - 2)}${']'.repeat(depth - 2)}}}`;
  assert.equal(await status(nest(100)), 200);
  assert.equal(await status(nest(101)), 400);
  assert.equal(await status('{"name":"\\ud83d"}'), 400);
  assert.equal(await status('{"name":"\\ud83d\\ude80"}'), 200);
  assert.equal(await status(Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d])), 400);
  assert.equal(await status('{"custom_attributes":{"a\\u0000":1}}'), 500);
  assert.equal(await status('{"custom_attributes":{"a":"\\\\u0000"}}'), 200);
  assert.equal(await status('[1,2]'), 200);
});

test('the columns of 4.1 go with a replaced additional_attributes', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { version: '4.1' });
  sandbox.contacts.add({ email: 'ann@example.com', additional_attributes: { city: 'Oslo', country: 'Norway' } });
  await send('PUT', '/contacts/1', { additional_attributes: { description: 'hi' } });
  assert.deepEqual(sandbox.contacts.get(1)?.additional_attributes, { description: 'hi' });
});

test('4.15 names the company by the first e-mail of a business domain, over the one sent, and once', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { version: '4.15' });
  const company = (id: number) => sandbox.contacts.get(id)?.additional_attributes.company_name;
  await send('POST', '/contacts', { email: 's1@bigcorp.example', additional_attributes: { company_name: 'Big Corp' } });
  await send('POST', '/contacts', {
    email: 's2@bigcorp.example',
    additional_attributes: { company_name: 'Big Corp Europe' },
  });
  await send('POST', '/contacts', { email: 's3@gmail.com', additional_attributes: { company_name: 'Mine' } });
  await send('POST', '/contacts', { email: 's4@some-domain.co.example' });
  assert.deepEqual([1, 2, 3, 4].map(company), ['Big Corp', 'Big Corp', 'Mine', 'Some Domain']);
  await send('PUT', '/contacts/2', { additional_attributes: { company_name: 'Big Corp Europe' } });
  assert.equal(company(2), 'Big Corp Europe');
});
