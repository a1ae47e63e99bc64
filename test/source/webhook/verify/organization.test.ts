import assert from 'node:assert/strict';
import { test } from 'node:test';
import { outboundMessage } from '../outbound-message.ts';
import { AUTHENTIC, check, flips, refusal, request, verifier } from './fixture.ts';

const LONG = '00D000000000001EAA';
const SHORT = '00D000000000001';
const OTHER = refusal('other-organization');
const SECRET = 'not-to-be-guessed-20';

const by = (organization_id: string) => verifier({ scheme: 'path-secret', secrets: [SECRET], organization_id });
const sent = (xml: string, path = `/webhooks/sf/${SECRET}`) => request(xml, { 'content-type': 'text/xml' }, path);
const from = (organization: string) => sent(outboundMessage(organization));

test('the organisation is told by the first 15 characters of its id, whichever of both lengths is given', () => {
  for (const configured of [LONG, SHORT])
    for (const named of [LONG, SHORT]) assert.deepEqual(check(by(configured), from(named)), AUTHENTIC);
});

test('messages of another organisation are refused; the case of its letters counts', () => {
  for (const named of ['00D000000000002EAA', '00d000000000001EAA', '00D00000000000', `${SHORT}E`, `${LONG}A`, ''])
    assert.deepEqual(check(by(LONG), from(named)), OTHER, named);
  assert.deepEqual(check(by('00D00000000000a'), from('00D00000000000A')), OTHER);
  // What would break the XML is refused as well.
  for (const named of flips(SHORT)) assert.deepEqual(check(by(LONG), from(named)), OTHER, named);
});

test('a message that names two organisations or none, or is no message, is refused', () => {
  const right = outboundMessage(LONG);
  const named = `<OrganizationId>${LONG}</OrganizationId>`;
  for (const xml of [
    right.replace(named, ''),
    right.replace(named, named + named),
    right.replace(named, `<x>${named}</x>`),
    right.replace('</notifications>', `</notifications><notifications>${named}</notifications>`),
    right.replace('<soapenv:Envelope', '<!DOCTYPE a><soapenv:Envelope'),
    named,
    '',
    '{}',
  ])
    assert.deepEqual(check(by(LONG), sent(xml)), OTHER, xml);
  assert.deepEqual(check(by(LONG), request(right, {}, `/webhooks/sf/${SECRET}`)), OTHER, 'XML that says it is JSON');
});

test('the organisation is no proof by itself: who does not know the secret is refused for that', () => {
  assert.deepEqual(check(by(LONG), sent(outboundMessage(LONG), '/webhooks/sf/guessed')), refusal('bad-signature'));
  const none = verifier({ scheme: 'none', organization_id: LONG });
  assert.deepEqual(check(none, from(LONG)), refusal('not-loopback'));
  assert.deepEqual(check(none, from(LONG), 0, true), AUTHENTIC);
});
