import type { FilePreset } from './preset.ts';

/** What Chatwoot itself exports: the ids are its own. */
export const chatwootExport: FilePreset = {
  title: 'Chatwoot export',
  telling: ['id', 'name', 'email', 'phone_number'],
  file: {
    match: ['id'],
    columns: {
      id: { to: 'id', optional: true },
      name: { to: 'name', optional: true },
      email: { to: 'email', optional: true },
      phone_number: { to: 'phone_number', optional: true },
    },
  },
  consent: [],
};
