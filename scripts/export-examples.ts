import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { people, text, two } from './export-people.ts';

/**
 * Makes examples/exports: what known programs export, each in its odd form, for the page about presets and its journey. Nothing is
 * random and nobody is real: addresses are of example.com, phone numbers of ranges that are kept for fiction.
 *
 *   npx tsx scripts/export-examples.ts           writes the files
 */

function hubspot(): Buffer {
  const rows = people('hubspot', 0).map(({ n, first, last, email, phone, company, day }) => ({
    'Record ID': String(15_100 + n),
    'First Name': n % 10 === 7 ? '' : first,
    'Last Name': n % 10 === 7 ? '' : last,
    Email: email,
    'Phone Number': n % 10 === 3 ? `030 23125${two(n)}0` : phone,
    'Contact owner': 'Kim Example',
    'Lead Status': n % 4 === 0 ? 'In Progress' : '',
    'Lifecycle Stage': ['Lead', 'Customer', 'Marketing Qualified Lead'][n % 3]!,
    'Marketing contact status': 'Marketing contact',
    'Create Date': `${day} 08:00`,
    'Last Modified Date': `${day} 09:30`,
    'Company Name': company,
    'Country/Region': 'Germany',
    'Job Title': 'Buyer',
  }));
  return Buffer.from(`\ufeff${text(rows, { end: '\r\n' })}`);
}

function dataLoader(): Buffer {
  const rows = people('loader', 1).map(({ n, first, last, email, phone, company, city, day }) => ({
    ID: n % 5 === 4 ? `0030o00002Kx${two(n)}b` : `0030o00002Kx${two(n)}bAAB`,
    FIRSTNAME: first,
    LASTNAME: n % 10 === 6 ? '---' : last,
    EMAIL: email,
    PHONE: n % 6 === 5 ? '' : phone,
    MOBILEPHONE: n % 6 === 5 ? phone : '',
    TITLE: 'Geschäftsführer',
    ACCOUNTID: '0010o00002AbCdEAAV',
    'ACCOUNT.NAME': company,
    MAILINGSTREET: `Hauptstraße ${n + 1}\nHinterhaus`,
    MAILINGCITY: city,
    MAILINGCOUNTRY: 'Deutschland',
    OWNERID: '0050o000001AbCdAAK',
    HASOPTEDOUTOFEMAIL: 'false',
    LASTMODIFIEDDATE: `${day}T09:14:00.000Z`,
  }));
  return Buffer.from(text(rows, { all: true }).replaceAll('Ø', 'O'), 'latin1');
}

function report(): Buffer {
  const rows = people('report', 2).map(({ first, last, email, phone, company, city }) => ({
    'First Name': first,
    'Last Name': last,
    'Account Name': company,
    'Mailing City': city,
    'Mailing State/Province': '',
    Email: email,
    Phone: phone,
    'Lead Source': 'Web',
  }));
  const footer = ['', '"Contacts of this year"', '"Copyright (c) 2000-2026 salesforce.com, inc."', '"Example Ltd"', ''];
  return Buffer.from(text(rows, { all: true }) + footer.join('\n'));
}

/** As Excel saves it on a German Windows: code page 1252, semicolons. */
function pipedrive(): Buffer {
  const rows = people('pipedrive', 3).map(({ n, first, last, email, phone, company, day }) => ({
    'Person - Name': `${first} ${last}`,
    'Person - First name': first,
    'Person - Last name': last,
    'Person - Organization': company,
    'Person - Email - Work': n % 4 === 1 ? '' : n % 4 === 2 ? `${email}, second${n}@pipedrive.example.com` : email,
    'Person - Email - Home': n % 4 === 1 ? email : '',
    'Person - Email - Other': '',
    'Person - Phone - Work': n % 3 === 1 ? '' : n % 3 === 2 ? `${phone}, +442079460999` : phone,
    'Person - Phone - Home': '',
    'Person - Phone - Mobile': n % 3 === 1 ? phone : '',
    'Person - Phone - Other': '',
    'Person - Label': n % 2 === 0 ? 'Hot lead, VIP €' : '',
    'Person - ID': String(400 + n),
    'Person - Marketing status': 'Subscribed',
    'Person - Person created': `${day} 10:00:00`,
  }));
  return Buffer.from(text(rows, { delimiter: ';', end: '\r\n' }).replaceAll('€', '\x80'), 'latin1');
}

function zoho(): Buffer {
  const rows = people('zoho', 4).map(({ n, first, last, email, phone, company, day }) => ({
    'Record Id': `zcrm_41508680000006240${two(n)}`,
    'Contact Owner': 'Kim Example',
    'First Name': first,
    'Last Name': n % 10 === 2 ? '-' : last,
    Email: email,
    'Secondary Email': '',
    Phone: n % 2 === 0 ? '' : phone,
    Mobile: n % 2 === 0 ? phone : '',
    'Account Name': company,
    'Email Opt Out': n % 2 === 0 ? 'true' : 'false',
    'Created Time': `${day} 08:00:00`,
    'Modified Time': `${day} 09:30:00`,
    Tag: n % 3 === 0 ? 'fair,vip' : '',
  }));
  return Buffer.from(text(rows));
}

/** As Excel saves it as "Unicode Text": UTF-16 with a mark, tabs. */
function google(): Buffer {
  const rows = people('google', 5).map(({ n, first, last, email, phone, company }) => ({
    'First Name': first,
    'Middle Name': n % 5 === 1 ? 'M.' : '',
    'Last Name': last,
    'Organization Name': company,
    Birthday: n % 7 === 0 ? '--03-07' : '',
    Notes: n % 6 === 0 ? 'Met at the fair\nCall again' : '',
    Labels: n % 2 === 0 ? '* myContacts ::: Work' : '* myContacts',
    'E-mail 1 - Label': '* Work',
    'E-mail 1 - Value': n % 3 === 2 ? `${email} ::: second${n}@google.example.com` : email,
    'Phone 1 - Label': 'Mobile',
    'Phone 1 - Value': n % 3 === 1 ? `${phone} ::: +442079460998` : phone,
  }));
  return Buffer.from(`\ufeff${text(rows, { delimiter: '\t', end: '\r\n' })}`, 'utf16le');
}

function mailchimp(): Buffer {
  const rows = people('mailchimp', 6).map(({ n, first, last, email, phone, day }) => ({
    'Email Address': email,
    'First Name': first,
    'Last Name': last,
    'Phone Number': phone,
    MEMBER_RATING: String(1 + (n % 5)),
    OPTIN_TIME: `${day} 07:00:00`,
    OPTIN_IP: '192.0.2.7',
    CONFIRM_TIME: `${day} 07:05:00`,
    CONFIRM_IP: '192.0.2.7',
    LAST_CHANGED: `${day} 09:30:00`,
    LEID: String(900 + n),
    EUID: `e${n}f0`,
    NOTES: '',
    TAGS: n % 2 === 0 ? '"VIP","Blog"' : '',
  }));
  return Buffer.from(text(rows));
}

function shopify(): Buffer {
  const rows = people('shopify', 7).map(({ n, first, last, email, phone, company, city }) => ({
    'Customer ID': `'72104483011${two(n)}`,
    'First Name': first,
    'Last Name': last,
    Email: email,
    'Accepts Email Marketing': n % 2 === 0 ? 'yes' : 'no',
    'Default Address Company': company,
    'Default Address City': city,
    'Default Address Phone': `'${phone}`,
    Phone: n % 2 === 0 ? `'${phone}` : '',
    'Accepts SMS Marketing': 'no',
    'Total Spent': `${n * 12}.50`,
    'Total Orders': String(n),
    Note: '',
    'Tax Exempt': 'no',
    Tags: n % 2 === 0 ? 'vip, wholesale' : '',
  }));
  return Buffer.from(text(rows));
}

function chatwootExport(): Buffer {
  const rows = people('desk', 8).map(({ n, first, last, email, phone }) => ({
    id: String(n + 1),
    name: `${first} ${last}`,
    email,
    phone_number: phone,
  }));
  return Buffer.from(text(rows));
}

function chatwootImport(): Buffer {
  const rows = people('import', 9).map(({ n, first, last, email, phone, company, city }) => ({
    name: `${first} ${last}`,
    email: email.toUpperCase(),
    phone_number: phone,
    identifier: `import-${n}`,
    company,
    city,
  }));
  return Buffer.from(text(rows));
}

/** The bytes of every file by its name, which begins with that of its preset. */
export function exportExamples(): Record<string, Buffer> {
  return {
    'hubspot-contacts.csv': hubspot(),
    'salesforce-data-loader.csv': dataLoader(),
    'salesforce-report.csv': report(),
    'pipedrive-people.csv': pipedrive(),
    'zoho-contacts.csv': zoho(),
    'google-contacts.txt': google(),
    'mailchimp-audience.csv': mailchimp(),
    'shopify-customers.csv': shopify(),
    'chatwoot-export.csv': chatwootExport(),
    'chatwoot-import.csv': chatwootImport(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const directory = new URL('../examples/exports/', import.meta.url);
  await mkdir(directory, { recursive: true });
  for (const [name, bytes] of Object.entries(exportExamples())) await writeFile(new URL(name, directory), bytes);
}
