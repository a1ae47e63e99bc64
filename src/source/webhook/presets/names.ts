/** Presets that need no settings. Apart from the presets themselves: reading a configuration needs no more than their names. */
export const PRESET_NAMES = [
  'hubspot',
  'pipedrive',
  'shopify',
  'segment',
  'close',
  'attio',
  'intercom',
  'salesforce',
  'zoho',
  'chatwoot',
  'generic',
] as const;
