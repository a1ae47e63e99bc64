import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WebhookEvent } from '../../../src/source/webhook/event.ts';
import { deliver } from './deliver.ts';

const CONTACT = '<sf:Id>003000000000001AAA</sf:Id><sf:Email>ana@example.com</sf:Email><sf:Phone>0151 23</sf:Phone>';

function message(...notifications: string[]): WebhookEvent[] {
  const xml = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body>
<notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>00D000000000001EAA</OrganizationId><ActionId>04k000000000001AAA</ActionId><SessionId xsi:nil="true"/><EnterpriseUrl>https://e</EnterpriseUrl><PartnerUrl>https://p</PartnerUrl>
${notifications.join('')}</notifications></soapenv:Body></soapenv:Envelope>`;
  return deliver('salesforce', xml, {}, 'text/xml; charset=utf-8');
}

function notification(fields: string, { id = '04l000000000001AAA', type = 'sf:Contact' } = {}): string {
  return `<Notification><Id>${id}</Id><sObject xsi:type="${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${fields}</sObject></Notification>`;
}

test('a notification is a patch of the fields it holds, and of no other', () => {
  const [event, ...more] = message(notification(CONTACT));
  assert.equal(more.length, 0);
  assert.deepEqual(event, {
    key: '04l000000000001AAA',
    observedAt: null,
    subject: '003000000000001AAA',
    content: {
      type: 'patch',
      values: { Id: '003000000000001AAA', Email: 'ana@example.com', Phone: '0151 23', id: '003000000000001AAA' },
    },
  });
});

test('phones keep their zeros and their plus, and everything is text', () => {
  const [event] = message(
    notification(
      '<sf:Id>003</sf:Id><sf:Phone>0151</sf:Phone><sf:MobilePhone>+49151</sf:MobilePhone><sf:Age__c>7.0</sf:Age__c>',
    ),
  );
  assert.deepEqual(event?.content, {
    type: 'patch',
    values: { Id: '003', Phone: '0151', MobilePhone: '+49151', Age__c: '7.0', id: '003' },
  });
});

test('a nil or empty element empties, parts have dots, signs are decoded once', () => {
  const [event] = message(
    notification(
      '<sf:Id>003</sf:Id><sf:Phone xsi:nil="true"/><sf:Fax></sf:Fax><sf:Name>M&#252;ller &amp;lt; S</sf:Name><sf:MailingAddress><sf:city>Ulm</sf:city><sf:zip xsi:type="xsd:string">0123</sf:zip></sf:MailingAddress>',
    ),
  );
  assert.deepEqual(event?.content, {
    type: 'patch',
    values: {
      Id: '003',
      Phone: null,
      Fax: null,
      Name: 'Müller &lt; S',
      'MailingAddress.city': 'Ulm',
      'MailingAddress.zip': '0123',
      id: '003',
    },
  });
});

test('several notifications are several events, in their order, ordered in time by LastModifiedDate', () => {
  const dated = (second: number) =>
    `${CONTACT}<sf:LastModifiedDate>2025-10-09T08:53:2${second}.000Z</sf:LastModifiedDate>`;
  const events = message(notification(dated(1), { id: 'a' }), notification(dated(2), { id: 'b' }));
  assert.deepEqual(
    events.map(({ key, observedAt }) => [key, observedAt]),
    [
      ['a', Date.UTC(2025, 9, 9, 8, 53, 21)],
      ['b', Date.UTC(2025, 9, 9, 8, 53, 22)],
    ],
  );
});

test('leads and person accounts are people, other objects are ignored', () => {
  const type = (fields: string, named: string) => message(notification(fields, { type: named }))[0]?.content.type;
  assert.equal(type(CONTACT, 'sf:Lead'), 'patch');
  assert.equal(type(`${CONTACT}<sf:IsPersonAccount>true</sf:IsPersonAccount>`, 'sf:Account'), 'patch');
  assert.equal(type(CONTACT, 'sf:Account'), 'ignored');
  assert.equal(type(CONTACT, 'sf:Opportunity'), 'ignored');
});

test('an id alone has to be fetched; a record that was deleted meanwhile, or has no id, is unusable', () => {
  assert.deepEqual(message(notification('<sf:Id>003</sf:Id>'))[0]?.content, { type: 'thin', id: '003' });
  const reasons = [
    ...message('<Notification><Id>04l</Id></Notification>'),
    ...message(notification('<sf:Email>ana@example.com</sf:Email>')),
    ...message('<Notification><sObject/></Notification>'),
    ...deliver('salesforce', { Email: 'ana@example.com' }),
    ...deliver('salesforce', '<a/>', {}, 'application/xml'),
  ].map(({ content }) => (content.type === 'unusable' ? content.why : content.type));
  const patterns = [/was deleted/, /no Id/, /no Id/, /preset generic or json/, /no outbound message/];
  for (const [place, pattern] of patterns.entries()) assert.match(reasons[place]!, pattern);
  assert.equal(reasons.length, patterns.length);
});
