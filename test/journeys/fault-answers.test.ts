import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FaultEffect } from '../../src/sandbox/faults.ts';
import { rig } from './rig.ts';

/** A file of rows that set the name of a contact by its id. */
function byId(ids: readonly number[]): string {
  return ['id,name', ...ids.map((id) => `${id},New ${id}`)].join('\n');
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

const PUT = (contactId: number) => ({ method: 'PUT', contactId });

describe('single answers', { concurrency: 7, timeout: 90_000 }, () => {
  test('what Chatwoot refuses for good is rejected at once, each with its own reason', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 9 } });
    sandbox.contacts.add({ name: 'A', identifier: 'twin-1', phone_number: '+15559990000' });
    sandbox.contacts.add({ name: 'B', identifier: 'twin-2', phone_number: '+15559990000' });
    const refused = { message: 'Email Invalid email', attributes: ['email'] };
    sandbox.faults.add({ match: PUT(7), effect: { kind: 'status', status: 422, json: refused } });
    const rows = [
      'id,identifier,email,phone_number,name',
      '999,,,,Nobody',
      '1,,,+15550000002,Phone of 2',
      '3,,contact4@example.com,,E-mail of 4',
      '5,crm-6,,,Identifier of 6',
      '7,,strange@example.com,,Refused by a rule of the desk',
      ',twin-1,,,Shares a phone number',
      '8,,,,Fine',
    ];
    const { code, summary, outcomes } = await sync([file('contacts.csv', rows.join('\n'))]);
    assert.equal(code, 1);
    assert.deepEqual(
      outcomes.map(({ outcome, reason, http_status, attempts }) => [outcome, reason, http_status, attempts]),
      [
        ['rejected', 'contact-gone', 404, 1],
        ['rejected', 'phone-taken', 422, 1],
        ['rejected', 'email-taken', 422, 1],
        ['rejected', 'identifier-taken', 422, 1],
        ['rejected', 'email-format', 422, 1],
        ['rejected', 'record-invalid-elsewhere', 422, 1],
        ['updated', null, 200, 1],
      ],
    );
    assert.equal(summary.retries, 0);
    assert.equal(sandbox.contacts.get(8)?.name, 'Fine');
  });

  const once: [string, FaultEffect, number][] = [
    ['a 500 that was not applied', { kind: 'status', status: 500 }, 2],
    ['a 500 that was applied', { kind: 'status', status: 500, applied: true }, 2],
    ['an HTML page with status 200', { kind: 'html', status: 200 }, 2],
    ['a hang', { kind: 'hang' }, 2],
    ['a hang after the write', { kind: 'hang', applied: true }, 2],
    ['a reset before the write', { kind: 'reset' }, 2],
    ['a reset after the write', { kind: 'reset', applied: true }, 2],
    ['a slow body', { kind: 'slow', ms: 500 }, 1],
  ];
  test('whatever goes wrong once is made good by the next attempt', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 20 } });
    file('contact-sync.yaml', 'chatwoot: {timeout: 1}\nconcurrency: 1\n');
    // A healthy contact after each: three in a row would be an outage.
    for (const [i, [, effect]] of once.entries()) sandbox.faults.add({ match: PUT(2 * i + 1), effect });
    const { code, summary, outcomes } = await sync([file('contacts.csv', byId(numbers(1, 20)))]);
    assert.equal(code, 0);
    assert.equal(summary.outcomes.updated, 20);
    for (const id of numbers(1, 20)) assert.equal(sandbox.contacts.get(id)?.name, `New ${id}`);
    for (const [i, [what, , attempts]] of once.entries()) assert.equal(outcomes[2 * i]?.attempts, attempts, what);
    assert.equal(summary.retries, once.filter(([, , attempts]) => attempts > 1).length);
    assert.equal(sandbox.maxInFlightPerContact, 1);
  });

  test('rows that fail for ever are given up after five attempts, and the others do not wait for them', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 60 } });
    file('contact-sync.yaml', 'chatwoot: {timeout: 1}\noutage_steps: {first: 0.05, longest: 0.2}\n');
    sandbox.contacts.edit(40, { custom_attributes: { notes: 'x'.repeat(6 * 1024 * 1024) } });
    const bad: [number, FaultEffect, string][] = [
      [10, { kind: 'status', status: 500 }, 'server-error'],
      [20, { kind: 'html', status: 200 }, 'not-an-answer'],
      [30, { kind: 'hang' }, 'timed-out'],
      [50, { kind: 'reset' }, 'connection-lost'],
    ];
    for (const [id, effect] of bad) sandbox.faults.add({ match: PUT(id), effect, times: 'always' });
    const { code, summary, outcomes } = await sync([file('contacts.csv', byId(numbers(1, 60)))]);
    assert.equal(code, 1);
    assert.equal(summary.outcomes.updated, 55);
    for (const [id, , reason] of [...bad, [40, undefined, 'not-an-answer']] as const) {
      const { outcome, reason: why, attempts } = outcomes[id - 1]!;
      assert.deepEqual([outcome, why, attempts], ['failed', reason, 5], `contact ${id}`);
    }
    const tries = (id: number) =>
      sandbox.requests.filter(({ method, contactId }) => method === 'PUT' && contactId === id);
    const [first, ...more] = tries(10).map(({ at }) => at);
    assert.equal(more.length, 4);
    const gaps = more.map((at, i) => at - [first!, ...more][i]!);
    for (const [i, least] of [700, 1400, 2900, 5900].entries()) assert.ok(gaps[i]! >= least, `backoff ${gaps}`);
    const last = Math.max(...numbers(51, 60).map((id) => tries(id)[0]!.at));
    assert.ok(last - first! < 6000, 'the healthy rows behind went ahead');
  });

  test('many rows that fail for ever one after the other do not hold the run for minutes', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 40 } });
    file('contact-sync.yaml', 'outage_steps: {first: 0.5, longest: 60}\n');
    for (const id of numbers(10, 21)) {
      sandbox.faults.add({ match: PUT(id), effect: { kind: 'status', status: 500 }, times: 'always' });
    }
    const { code, summary } = await sync([file('contacts.csv', byId(numbers(1, 40)))]);
    assert.equal(code, 1);
    assert.equal(summary.outcomes.updated, 28);
    assert.equal(summary.outcomes.failed, 12);
    assert.equal(summary.reasons['server-error'], 12);
    assert.ok(summary.duration_ms < 40_000, `${summary.duration_ms} ms`);
  });

  test('a look-up with one value that the desk cannot digest is split until it stands alone', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 45 } });
    const filter = { method: 'POST', path: '/contacts/filter', body: 'poison@example.com' };
    sandbox.faults.add({ match: filter, effect: { kind: 'status', status: 500 }, times: 'always' });
    const rows = numbers(1, 45).map((id) => `${id === 23 ? 'poison' : `contact${id}`}@example.com,New ${id}`);
    const { code, summary, outcomes } = await sync([file('contacts.csv', ['email,name', ...rows].join('\n'))]);
    assert.equal(code, 1);
    assert.deepEqual([summary.outcomes.updated, summary.outcomes.invalid], [44, 1]);
    assert.deepEqual([outcomes[22]?.outcome, outcomes[22]?.reason], ['invalid', 'lookup-refused']);
    assert.ok(summary.calls.filter <= 3 + 2 * 4 + 1, `${summary.calls.filter} filter calls`);
  });

  test('look-ups that all fail while the desk says that it is well blame no value', async (t) => {
    const { sandbox, file, start } = await rig(t, { sandbox: { contacts: 45 } });
    file('contact-sync.yaml', 'outage_steps: {first: 0.2, longest: 0.5}\n');
    const filter = { method: 'POST', path: '/contacts/filter' };
    sandbox.faults.add({ match: filter, effect: { kind: 'status', status: 500 }, times: 60 });
    const rows = numbers(1, 45).map((id) => `contact${id}@example.com,New ${id}`);
    const { ended } = start(['sync', file('contacts.csv', ['email,name', ...rows].join('\n')), '--json']);
    const { code, stdout, stderr } = await ended;
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).outcomes.updated, 45);
  });

  test('a look-up answered with HTML, a hang or a reset is asked again', async (t) => {
    const { sandbox, file, sync } = await rig(t, { sandbox: { contacts: 45 } });
    file('contact-sync.yaml', 'chatwoot: {timeout: 1}\nconcurrency: 1\n');
    const effects: FaultEffect[] = [{ kind: 'html', status: 200 }, { kind: 'hang' }, { kind: 'reset' }];
    for (const effect of effects) sandbox.faults.add({ match: { path: '/contacts/filter' }, effect });
    const rows = numbers(1, 45).map((id) => `contact${id}@example.com,New ${id}`);
    const { code, summary } = await sync([file('contacts.csv', ['email,name', ...rows].join('\n'))]);
    assert.equal(code, 0);
    assert.equal(summary.outcomes.updated, 45);
  });
});
