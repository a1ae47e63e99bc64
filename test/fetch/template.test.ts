import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, templateFault } from '../../src/fetch/template.ts';

test('an address that cannot be used is refused with the next step', () => {
  const cases: [string, RegExp][] = [
    ['https://crm.test/contacts', /has no \{id\}/],
    ['crm.test/{id}', /is no URL/],
    ['http://crm.test/{id}', /is not https/],
    ['ftp://crm.test/{id}', /is not https/],
    ['https://user:secret@crm.test/{id}', /holds credentials/],
    ['https://{id}.crm.test/', /where it does not name a record/],
    ['https://crm.test/contacts#{id}', /where it does not name a record/],
    ['https://127.0.0.1/{id}', /is a private address/],
    ['https://[::ffff:127.0.0.1]/{id}', /is a private address/],
    ['https://169.254.169.254/latest/{id}', /is a private address/],
  ];
  for (const [template, pattern] of cases) assert.match(templateFault(template, false) ?? 'fine', pattern, template);
  assert.equal(templateFault('https://crm.test/v3/{id}?properties=email', false), undefined);
  assert.equal(templateFault('http://127.0.0.1:8080/{id}', true), undefined);
  assert.match(templateFault('ftp://crm.test/{id}', true) ?? '', /is not https/);
});

test('an id stays one part of the path or the query, whatever is in it', () => {
  const at = (id: string) => addressOf('https://crm.test/v3/{id}?of={id}', id)?.href;
  assert.equal(at('7'), 'https://crm.test/v3/7?of=7');
  assert.equal(
    at('a/../b?c#d&e f$&'),
    'https://crm.test/v3/a%2F..%2Fb%3Fc%23d%26e%20f%24%26?of=a%2F..%2Fb%3Fc%23d%26e%20f%24%26',
  );
  for (const id of ['', '.', '..', '\ud800']) assert.equal(at(id), undefined, JSON.stringify(id));
});
