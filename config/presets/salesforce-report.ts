import type { FilePreset } from './preset.ts';

/** Labels, and a footer that the reader leaves out. A report has an id only when somebody added its column. */
export const salesforceReport: FilePreset = {
  title: 'Salesforce report',
  telling: [
    'First Name',
    'Last Name',
    'Account Name',
    'Mailing City',
    'Mailing State/Province',
    'Email',
    'Phone',
    'Lead Source',
  ],
  file: {
    match: ['identifier', 'email'],
    columns: {
      'Contact ID': { to: 'identifier', type: 'text', ids_of: 'salesforce', optional: true },
      Email: { to: 'email', type: 'email', optional: true },
      'Account Name': { to: 'additional_attributes.company_name', optional: true },
      'Mailing City': { to: 'additional_attributes.city', optional: true },
      'Mailing Country': { to: 'additional_attributes.country', optional: true },
      'Lead Source': { to: 'custom_attributes.lead_source', optional: true },
    },
    fields: {
      name: {
        template: '{First Name} {Last Name}',
        type: 'text',
        treat_as_empty: ['---', '--', '-'],
        optional: true,
      },
      phone_number: { first_of: ['Phone', 'Mobile'], type: 'phone', optional: true },
    },
  },
  consent: ['Email Opt Out', 'Fax Opt Out', 'Do Not Call'],
};
