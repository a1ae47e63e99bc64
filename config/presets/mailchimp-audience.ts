import type { FilePreset } from './preset.ts';

/** One file for each status, which the file itself does not name. TAGS is a list in quotation marks; times have no zone. */
export const mailchimpAudience: FilePreset = {
  title: 'Mailchimp audience',
  telling: ['Email Address', 'First Name', 'Last Name', 'MEMBER_RATING', 'LAST_CHANGED', 'LEID', 'EUID', 'TAGS'],
  file: {
    match: ['email'],
    observed_at: { column: 'LAST_CHANGED', format: 'yyyy-MM-dd HH:mm:ss' },
    columns: {
      'Email Address': { to: 'email', type: 'email', optional: true },
      'Phone Number': { to: 'phone_number', type: 'phone', optional: true },
      MEMBER_RATING: { to: 'custom_attributes.member_rating', type: 'number', optional: true },
      TAGS: { to: 'custom_attributes.tags', type: 'list', split: ',', join: ', ', optional: true },
    },
    fields: {
      name: {
        template: '{First Name} {Last Name}',
        type: 'text',
        treat_as_empty: ['---', '--', '-'],
        optional: true,
      },
    },
  },
  consent: ['OPTIN_TIME', 'OPTIN_IP', 'CONFIRM_TIME', 'CONFIRM_IP', 'UNSUB_TIME', 'Unsubscribed'],
};
