import type { FilePreset } from './preset.ts';

/** Ids are written `zcrm_` and digits; events and the API have the digits alone. Times are in the user's zone, without it. */
export const zohoContacts: FilePreset = {
  title: 'Zoho contacts',
  telling: [
    'Record Id',
    'Contact Owner',
    'First Name',
    'Last Name',
    'Email',
    'Secondary Email',
    'Phone',
    'Mobile',
    'Account Name',
    'Email Opt Out',
    'Created Time',
    'Modified Time',
    'Tag',
  ],
  file: {
    match: ['identifier', 'email'],
    observed_at: { column: 'Modified Time', format: 'yyyy-MM-dd HH:mm:ss' },
    columns: {
      'Record Id': { to: 'identifier', type: 'text', ids_of: 'zoho', optional: true },
      Email: { to: 'email', type: 'email', optional: true },
      'Account Name': { to: 'additional_attributes.company_name', optional: true },
      'Mailing City': { to: 'additional_attributes.city', optional: true },
      Tag: { to: 'custom_attributes.tags', type: 'list', split: ',', join: ', ', optional: true },
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
  consent: ['Email Opt Out'],
};
