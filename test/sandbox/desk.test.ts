import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Sender, sandboxFor } from './client.ts';

const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Keeps that many requests in flight until `total` are answered; seconds of x-runtime and requests a second. */
async function load(send: Sender, inFlight: number, total: number): Promise<{ runtime: number; perSecond: number }> {
  const runtimes: number[] = [];
  let next = 1;
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (next <= total) {
      const id = next;
      next += 1;
      const answer = await send('PUT', `/contacts/${id}?include_contact_inboxes=false`, {
        custom_attributes: { n: `${inFlight} ${id}` },
      });
      assert.equal(answer.status, 200);
      runtimes.push(Number(answer.headers['x-runtime']));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return { runtime: median(runtimes), perSecond: (total * 1000) / (performance.now() - started) };
}

test('one core: more in flight bring waiting, not throughput; x-runtime doubles with two', async (t) => {
  const { send } = await sandboxFor(t, { desk: true, contacts: 100 });
  const one = await load(send, 1, 20);
  const two = await load(send, 2, 20);
  const five = await load(send, 5, 20);
  assert.ok(one.perSecond > 25 && one.perSecond < 58, `one in flight: ${one.perSecond}/s`);
  assert.ok(five.perSecond < 58, `five in flight: ${five.perSecond}/s`);
  assert.ok(one.runtime > 0.013 && one.runtime < 0.022, `one in flight: ${one.runtime} s`);
  assert.ok(two.runtime / one.runtime > 1.4 && two.runtime / one.runtime < 2.4, `two in flight: ${two.runtime} s`);
  assert.ok(five.runtime / one.runtime > 3, `five in flight: ${five.runtime} s`);
});

test('time in the queue is not in x-runtime', async (t) => {
  const { send } = await sandboxFor(t, { desk: true, contacts: 100 });
  const started = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 15 }, (_, n) => send('PUT', `/contacts/${n + 1}`, { name: 'x' })),
  );
  const elapsed = (performance.now() - started) / 1000;
  const longest = Math.max(...answers.map((answer) => Number(answer.headers['x-runtime'])));
  assert.ok(elapsed > 0.25, `${elapsed} s`);
  assert.ok(longest < elapsed * 0.6, `x-runtime ${longest} s of ${elapsed} s`);
});

test('two processes carry twice as much', async (t) => {
  const { send } = await sandboxFor(t, { desk: { processes: 2 }, contacts: 100 });
  const one = await load(send, 1, 12);
  const two = await load(send, 2, 24);
  assert.ok(two.perSecond > one.perSecond * 1.4, `${one.perSecond}/s, ${two.perSecond}/s`);
});

test('the identifier filter grows with the account, the e-mail filter does not', async (t) => {
  const small = await sandboxFor(t, { desk: true, contacts: 1000 });
  const large = await sandboxFor(t, { desk: true, contacts: 100_000 });
  const filter = async (send: Sender, key: string, value: string): Promise<number> => {
    const body = { payload: [{ attribute_key: key, filter_operator: 'equal_to', values: [value] }] };
    return Number((await send('POST', '/contacts/filter', body)).headers['x-runtime']);
  };
  const email = [
    await filter(small.send, 'email', 'a@example.com'),
    await filter(large.send, 'email', 'a@example.com'),
  ];
  const identifier = [await filter(small.send, 'identifier', 'a'), await filter(large.send, 'identifier', 'a')];
  assert.ok(email[1]! < email[0]! * 1.5, String(email));
  assert.ok(identifier[1]! > 0.06 && identifier[1]! < 0.08 && identifier[0]! < 0.02, String(identifier));
});

test('two writes of one contact in service at once lose a key, and the sandbox has counted them', async (t) => {
  const { sandbox, send } = await sandboxFor(t, { desk: true, contacts: 1 });
  const put = (key: string) => send('PUT', '/contacts/1', { custom_attributes: { [key]: 1 } });
  const answers = await Promise.all([put('a'), put('b')]);
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [200, 200],
  );
  const kept = Object.keys(sandbox.contacts.get(1)!.custom_attributes).filter((key) => key === 'a' || key === 'b');
  assert.equal(kept.length, 1);
  assert.equal(sandbox.maxInFlightPerContact, 2);
});

test('creates at the same time: one e-mail is 200 and 500, one phone is there twice and blocks later updates', async (t) => {
  const { send } = await sandboxFor(t, { desk: true });
  const create = (fields: unknown) => send('POST', '/contacts', fields);
  const emails = await Promise.all([create({ email: 'a@example.com' }), create({ email: 'a@example.com' })]);
  assert.deepEqual(emails.map((answer) => answer.status).sort(), [200, 500]);
  const phones = await Promise.all([
    create({ phone_number: '+15550000001' }),
    create({ phone_number: '+15550000001' }),
  ]);
  assert.deepEqual(
    phones.map((answer) => answer.status),
    [200, 200],
  );
  const id = (phones[0]!.json().payload as { contact: { id: number } }).contact.id;
  const refused = await send('PUT', `/contacts/${id}`, { custom_attributes: { a: 1 } });
  assert.deepEqual(refused.json(), { message: 'Phone number has already been taken', attributes: ['phone_number'] });
  assert.equal((await send('PUT', `/contacts/${id}`, { phone_number: null })).status, 200);
});
