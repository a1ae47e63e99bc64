import assert from 'node:assert/strict';
import type { AttributeLine } from '../../src/attributes/compare.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import type { Ended, Rig, RunOptions } from './rig.ts';

/** The document of `attributes --json`. */
export interface AttributesDocument {
  attributes: AttributeLine[];
  created: string[];
  calls: number;
}

/** Runs `attributes --json` and reads its document. */
export async function attributesIn(
  world: Rig,
  args: string[],
  options?: RunOptions,
): Promise<Ended & { document: AttributesDocument }> {
  const ended = await world.run(['attributes', '--json', ...args], options);
  assert.notEqual(ended.stdout, '', `no document was printed (exit ${ended.code}):\n${ended.stderr}`);
  return { ...ended, document: JSON.parse(ended.stdout) as AttributesDocument };
}

/** One call to the sandbox as the administrator. */
export async function call(sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<Response> {
  return fetch(`${sandbox.url}/api/v1/accounts/${sandbox.account}/${path}`, {
    method,
    headers: { 'api-access-token': sandbox.token, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Defines an attribute of contacts, as an administrator does in Chatwoot. */
export async function define(sandbox: Sandbox, key: string, type: string): Promise<void> {
  const answer = await call(sandbox, 'POST', 'custom_attribute_definitions', {
    attribute_display_name: key,
    attribute_key: key,
    attribute_display_type: type,
    attribute_model: 'contact_attribute',
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** The status of a filter for contacts whose attribute has a value. */
export async function filterBy(sandbox: Sandbox, key: string, value: string): Promise<number> {
  const condition = { attribute_key: key, filter_operator: 'equal_to', values: [value], query_operator: null };
  return (await call(sandbox, 'POST', 'contacts/filter', { payload: [condition] })).status;
}
