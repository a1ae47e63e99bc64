/** Every preset of files, by the exporter that it reads. */
export const FILE_PRESET_NAMES = [
  'hubspot-contacts',
  'salesforce-data-loader',
  'salesforce-report',
  'pipedrive-people',
  'zoho-contacts',
  'google-contacts',
  'mailchimp-audience',
  'shopify-customers',
  'chatwoot-export',
  'chatwoot-import',
] as const;

/** Name of a preset of files. */
export type FilePresetName = (typeof FILE_PRESET_NAMES)[number];
