import type { FilePreset } from './preset.ts';

/** One column for each label of an address or number, of which the first that is filled counts; several in a cell by comma. */
export const pipedrivePeople: FilePreset = {
  title: 'Pipedrive people',
  telling: [
    'Person - ID',
    'Person - Name',
    'Person - First name',
    'Person - Last name',
    'Person - Organization',
    'Person - Email - Work',
    'Person - Phone - Work',
    'Person - Label',
    'Person - Marketing status',
    'Person - Person created',
  ],
  file: {
    match: ['identifier', 'email'],
    columns: {
      'Person - ID': { to: 'identifier', type: 'text', optional: true },
      'Person - Name': { to: 'name', type: 'text', treat_as_empty: ['---', '--', '-'], optional: true },
      'Person - Organization': { to: 'additional_attributes.company_name', optional: true },
      'Person - Label': { to: 'custom_attributes.tags', type: 'list', split: ',', join: ', ', optional: true },
    },
    fields: {
      email: {
        first_of: ['Person - Email - Work', 'Person - Email - Home', 'Person - Email - Other'],
        type: 'email',
        optional: true,
      },
      phone_number: {
        first_of: [
          'Person - Phone - Work',
          'Person - Phone - Mobile',
          'Person - Phone - Home',
          'Person - Phone - Other',
        ],
        type: 'phone',
        split: ',',
        optional: true,
      },
    },
  },
  consent: ['Person - Marketing status'],
};
