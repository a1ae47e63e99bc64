import type { FilePreset } from './preset.ts';

/** Ids and phone numbers begin with an apostrophe, which tells spreadsheets that they are text. No column says when a row changed. */
export const shopifyCustomers: FilePreset = {
  title: 'Shopify customers',
  telling: [
    'Customer ID',
    'First Name',
    'Last Name',
    'Email',
    'Accepts Email Marketing',
    'Default Address Company',
    'Phone',
    'Accepts SMS Marketing',
    'Total Spent',
    'Total Orders',
    'Tax Exempt',
    'Tags',
  ],
  file: {
    match: ['identifier', 'email'],
    columns: {
      'Customer ID': { to: 'identifier', type: 'text', optional: true },
      Email: { to: 'email', type: 'email', optional: true },
      'Default Address Company': { to: 'additional_attributes.company_name', optional: true },
      'Default Address City': { to: 'additional_attributes.city', optional: true },
      'Total Spent': { to: 'custom_attributes.total_spent', type: 'number', optional: true },
      'Total Orders': { to: 'custom_attributes.total_orders', type: 'number', optional: true },
      Tags: { to: 'custom_attributes.tags', type: 'list', split: ',', join: ', ', optional: true },
    },
    fields: {
      name: {
        template: '{First Name} {Last Name}',
        type: 'text',
        treat_as_empty: ['---', '--', '-'],
        optional: true,
      },
      phone_number: { first_of: ['Phone', 'Default Address Phone'], type: 'phone', optional: true },
    },
  },
  consent: ['Accepts Email Marketing', 'Accepts SMS Marketing'],
};
