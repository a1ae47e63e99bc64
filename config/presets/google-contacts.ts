import type { FilePreset } from './preset.ts';

/** Every contact of an address book is in its group `myContacts`. */
const TAGS = {
  to: 'custom_attributes.tags',
  type: 'list',
  split: ':::',
  join: ', ',
  lookup: { '* myContacts': '' },
  unknown: 'keep',
  optional: true,
} as const;

/** Of 2024 and before. Several values stand in a cell with ` ::: ` between them, and there is no id. */
export const googleContacts: FilePreset = {
  title: 'Google contacts',
  telling: [
    ['First Name', 'Given Name'],
    ['Last Name', 'Family Name'],
    ['Labels', 'Group Membership'],
    ['E-mail 1 - Label', 'E-mail 1 - Type'],
    'E-mail 1 - Value',
    ['Phone 1 - Label', 'Phone 1 - Type'],
    'Phone 1 - Value',
    ['Organization Name', 'Organization 1 - Name'],
  ],
  file: {
    match: ['email', 'phone_number'],
    // Columns of one layout or the other, so both may set the same field.
    columns: { Labels: TAGS, 'Group Membership': TAGS },
    fields: {
      name: {
        template: '{First Name} {Middle Name} {Last Name} {Given Name} {Additional Name} {Family Name}',
        type: 'text',
        treat_as_empty: ['---', '--', '-'],
        optional: true,
      },
      email: { first_of: ['E-mail 1 - Value', 'E-mail 2 - Value'], type: 'email', split: ':::', optional: true },
      phone_number: { first_of: ['Phone 1 - Value', 'Phone 2 - Value'], type: 'phone', split: ':::', optional: true },
      'additional_attributes.company_name': {
        first_of: ['Organization Name', 'Organization 1 - Name'],
        optional: true,
      },
    },
  },
  consent: [],
};
