import type { FilePreset } from './preset.ts';

/** What Chatwoot's own import takes, which makes a custom attribute of every other column; here other columns are left out. */
export const chatwootImport: FilePreset = {
  title: 'Chatwoot import',
  telling: ['name', 'email', 'phone_number', 'identifier', ['company', 'company_name'], 'city'],
  file: {
    match: ['identifier', 'email', 'phone_number'],
    columns: {
      name: { to: 'name', optional: true },
      email: { to: 'email', type: 'email', optional: true },
      phone_number: { to: 'phone_number', type: 'phone', optional: true },
      identifier: { to: 'identifier', type: 'text', optional: true },
      city: { to: 'additional_attributes.city', optional: true },
      id: false,
    },
    fields: {
      'additional_attributes.company_name': { first_of: ['company_name', 'company'], optional: true },
    },
  },
  consent: [],
};
