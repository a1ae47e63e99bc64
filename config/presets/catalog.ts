import { chatwootExport } from './chatwoot-export.ts';
import { chatwootImport } from './chatwoot-import.ts';
import { googleContacts } from './google-contacts.ts';
import { hubspotContacts } from './hubspot-contacts.ts';
import { mailchimpAudience } from './mailchimp-audience.ts';
import type { FilePresetName } from './names.ts';
import { pipedrivePeople } from './pipedrive-people.ts';
import type { FilePreset } from './preset.ts';
import { salesforceDataLoader } from './salesforce-data-loader.ts';
import { salesforceReport } from './salesforce-report.ts';
import { shopifyCustomers } from './shopify-customers.ts';
import { zohoContacts } from './zoho-contacts.ts';

/** Every preset of files by its name. */
export const FILE_PRESETS: Readonly<Record<FilePresetName, FilePreset>> = {
  'hubspot-contacts': hubspotContacts,
  'salesforce-data-loader': salesforceDataLoader,
  'salesforce-report': salesforceReport,
  'pipedrive-people': pipedrivePeople,
  'zoho-contacts': zohoContacts,
  'google-contacts': googleContacts,
  'mailchimp-audience': mailchimpAudience,
  'shopify-customers': shopifyCustomers,
  'chatwoot-export': chatwootExport,
  'chatwoot-import': chatwootImport,
};
