import * as contacts from './routes/contacts.ts';
import * as definitions from './routes/definitions.ts';
import * as inboxes from './routes/inboxes.ts';
import * as labels from './routes/labels.ts';
import * as lists from './routes/lists.ts';
import { merge } from './routes/merge.ts';
import { createNote } from './routes/notes.ts';
import * as webhooks from './routes/webhooks.ts';
import type { Route } from './work.ts';

const ROUTES: Record<string, Route> = {
  'GET contacts': lists.list,
  'POST contacts': contacts.create,
  'GET contacts/search': lists.search,
  'GET contacts/active': contacts.active,
  'POST contacts/filter': lists.filter,
  'POST contacts/export': contacts.exportContacts,
  'POST contacts/import': contacts.importContacts,
  'GET contacts/:id': contacts.show,
  'PUT contacts/:id': contacts.update,
  'PATCH contacts/:id': contacts.update,
  'DELETE contacts/:id': contacts.destroy,
  'POST contacts/:id/destroy_custom_attributes': contacts.destroyCustomAttributes,
  'DELETE contacts/:id/avatar': contacts.removeAvatar,
  'GET contacts/:id/labels': labels.readLabels,
  'POST contacts/:id/labels': labels.writeLabels,
  'POST contacts/:id/notes': createNote,
  'GET contacts/:id/contactable_inboxes': inboxes.contactableInboxes,
  'POST contact_inboxes/filter': inboxes.filterByInbox,
  'POST actions/contact_merge': merge,
  'POST bulk_actions': labels.bulkActions,
  'GET custom_attribute_definitions': definitions.listDefinitions,
  'POST custom_attribute_definitions': definitions.createDefinition,
  'GET custom_attribute_definitions/:id': definitions.showDefinition,
  'PUT custom_attribute_definitions/:id': definitions.updateDefinition,
  'PATCH custom_attribute_definitions/:id': definitions.updateDefinition,
  'DELETE custom_attribute_definitions/:id': definitions.deleteDefinition,
  'GET webhooks': webhooks.listWebhooks,
  'POST webhooks': webhooks.createWebhook,
  'PUT webhooks/:id': webhooks.updateWebhook,
  'PATCH webhooks/:id': webhooks.updateWebhook,
  'DELETE webhooks/:id': webhooks.deleteWebhook,
};

/** Second segments that are words of the API; everything else there is an id. */
const WORDS = new Set(['search', 'active', 'filter', 'export', 'import', 'contact_merge']);

/** A path of the API taken apart. */
export interface Target {
  kind: 'api' | 'health' | 'profile' | 'account' | 'unknown';
  /** The account segment. */
  account: string;
  /** "PUT contacts/:id": what requests are counted under; the plain path where there is no route. */
  label: string;
  segments: string[];
  /** The id in the path as Ruby's `to_i` reads it, NaN without one. */
  id: number;
  route?: Route;
}

/** Finds the route of a request; an unknown one is the desk's own 404. */
export function targetOf(method: string, path: string): Target {
  const base = { account: '', segments: [] as string[], id: Number.NaN };
  const clean = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  if (clean === '/api' && method === 'GET') return { ...base, kind: 'api', label: 'GET /api' };
  if (clean === '/health' && method === 'GET') return { ...base, kind: 'health', label: 'GET /health' };
  if (clean === '/api/v1/profile' && method === 'GET')
    return { ...base, kind: 'profile', label: 'GET /api/v1/profile' };
  const match = /^\/api\/v1\/accounts\/([^/]+)\/(.+)$/.exec(clean);
  if (!match) return { ...base, kind: 'unknown', label: `${method} ${clean}` };
  const segments = match[2]!.replace(/\.json$/, '').split('/');
  const second = segments[1];
  const hasId = second !== undefined && !WORDS.has(second);
  const shape = segments.map((segment, at) => (at === 1 && hasId ? ':id' : segment)).join('/');
  const label = `${method} ${shape}`;
  const route = ROUTES[label];
  const id = hasId ? Number.parseInt(second, 10) : Number.NaN;
  if (!route) return { ...base, kind: 'unknown', account: match[1]!, label, segments, id };
  return { kind: 'account', account: match[1]!, label, segments, id, route };
}
