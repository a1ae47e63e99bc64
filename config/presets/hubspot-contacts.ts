import type { FilePreset } from './preset.ts';

/** Labels follow the language of the user who exports: English and German are known. Times are in the account's zone, without it. */
export const hubspotContacts: FilePreset = {
  title: 'HubSpot contacts',
  telling: [
    ['Record ID', 'Record ID - Contact', 'Datensatz-ID'],
    ['First Name', 'Vorname'],
    ['Last Name', 'Nachname'],
    ['Email', 'E-Mail'],
    ['Phone Number', 'Telefonnummer'],
    ['Contact owner', 'Zuständiger Mitarbeiter'],
    ['Lead Status', 'Lead-Status'],
    ['Lifecycle Stage', 'Lifecycle-Phase'],
    ['Create Date', 'Erstelldatum'],
    ['Last Modified Date', 'Datum der letzten Änderung'],
  ],
  file: {
    match: ['identifier', 'email'],
    observed_at: { column: 'Last Modified Date', format: 'yyyy-MM-dd HH:mm' },
    fields: {
      identifier: { first_of: ['Record ID', 'Record ID - Contact', 'Datensatz-ID'], type: 'text', optional: true },
      email: { first_of: ['Email', 'E-Mail'], type: 'email', optional: true },
      phone_number: {
        first_of: ['Phone Number', 'Telefonnummer', 'Mobile Phone Number'],
        type: 'phone',
        optional: true,
      },
      name: {
        template: '{First Name} {Last Name} {Vorname} {Nachname}',
        type: 'text',
        treat_as_empty: ['---', '--', '-'],
        optional: true,
      },
      'additional_attributes.company_name': {
        first_of: ['Company Name', 'Associated Company', 'Unternehmensname'],
        optional: true,
      },
      'additional_attributes.country': { first_of: ['Country/Region', 'Land/Region'], optional: true },
      'custom_attributes.lifecycle_stage': { first_of: ['Lifecycle Stage', 'Lifecycle-Phase'], optional: true },
      'custom_attributes.lead_status': { first_of: ['Lead Status', 'Lead-Status'], optional: true },
      'custom_attributes.job_title': { first_of: ['Job Title', 'Jobbezeichnung'], optional: true },
    },
  },
  consent: ['Marketing contact status', 'Unsubscribed from all email', 'Opted out of email: Marketing Information'],
};
