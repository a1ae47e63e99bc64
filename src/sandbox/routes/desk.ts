import type { Role } from '../auth.ts';
import type { JsonObject } from '../json.ts';
import { json, type Reply } from '../reply.ts';
import type { State } from '../state.ts';

/** GET /api: the version and what the desk says of its own parts; no token needed. */
export function apiReply(state: State): Reply {
  const timestamp = new Date().toISOString().slice(0, 19).replace('T', ' ');
  return json(200, { version: state.behaviour.reported, timestamp, ...state.health });
}

/** GET /health of 4.15. */
export function healthReply(): Reply {
  return json(200, { status: 'woot' });
}

/** GET /api/v1/profile: the user behind the token, the token itself included, and the accounts. */
export function profileReply(role: Role, token: string, state: State): Reply {
  const name = nameOf(role);
  return json(200, {
    access_token: token,
    account_id: state.account,
    available_name: name,
    avatar_url: '',
    confirmed: true,
    display_name: null,
    message_signature: null,
    email: emailOf(role),
    id: userId(role),
    inviter_id: null,
    name,
    provider: 'email',
    pubsub_token: `pubsub-${role}`,
    role,
    ui_settings: {},
    uid: emailOf(role),
    type: null,
    accounts: [
      ...[state, ...state.also].map(({ account }) => membership(account, 'active', role)),
      membership(state.account + 2, 'suspended', role),
    ],
  });
}

/** The user as notes carry it; 4.1 leaves `provider` out. */
export function userOf(role: Role, state: State): JsonObject {
  return {
    id: userId(role),
    account_id: state.account,
    availability_status: 'offline',
    auto_offline: true,
    confirmed: true,
    email: emailOf(role),
    ...(state.version === '4.1' ? {} : { provider: 'email' }),
    available_name: nameOf(role),
    name: nameOf(role),
    role,
    thumbnail: '',
    custom_role_id: null,
  };
}

function membership(id: number, status: string, role: Role): JsonObject {
  return {
    id,
    name: id === 1 ? 'Sandbox' : `Sandbox ${id}`,
    status,
    active_at: null,
    role,
    permissions: [role],
    availability: 'offline',
    availability_status: 'offline',
    auto_offline: true,
  };
}

function nameOf(role: Role): string {
  return role === 'administrator' ? 'Admin' : 'Agent';
}

function emailOf(role: Role): string {
  return role === 'administrator' ? 'admin@lab.test' : 'agent@lab.test';
}

function userId(role: Role): number {
  return role === 'administrator' ? 1 : 2;
}
