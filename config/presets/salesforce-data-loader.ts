import type { FilePreset } from './preset.ts';

/** Names of the API, in whatever case the tool writes them. Ids of 15 characters become 18; times carry their zone. */
export const salesforceDataLoader: FilePreset = {
  title: 'Salesforce Data Loader',
  telling: [
    'Id',
    'FirstName',
    'LastName',
    'Email',
    'Phone',
    'MobilePhone',
    'AccountId',
    'MailingCity',
    'MailingCountry',
    'OwnerId',
    'LastModifiedDate',
  ],
  file: {
    match: ['identifier', 'email'],
    observed_at: 'LastModifiedDate',
    columns: {
      Id: { to: 'identifier', type: 'text', ids_of: 'salesforce', optional: true },
      Email: { to: 'email', type: 'email', optional: true },
      'Account.Name': { to: 'additional_attributes.company_name', optional: true },
      MailingCity: { to: 'additional_attributes.city', optional: true },
      MailingCountry: { to: 'additional_attributes.country', optional: true },
      Title: { to: 'custom_attributes.job_title', optional: true },
    },
    fields: {
      name: {
        template: '{FirstName} {LastName}',
        type: 'text',
        treat_as_empty: ['---', '--', '-'],
        optional: true,
      },
      phone_number: { first_of: ['Phone', 'MobilePhone'], type: 'phone', optional: true },
    },
  },
  consent: ['HasOptedOutOfEmail', 'HasOptedOutOfFax', 'DoNotCall'],
};
