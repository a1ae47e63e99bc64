import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Items that n8n lets go together, and the pause behind them in ms: without one it starts all of a file at once and runs out of sockets. */
const BATCH = 50;
const PAUSE_MS = 20;

const ID = 'nightly-rows';

/**
 * What n8n's command line needs to write the rows of a file, one request an item: a workflow of a trigger, reading the
 * file, taking it apart and its HTTP Request node. Import it, then execute it, both with this environment.
 *
 * @param dir an empty directory for all that n8n keeps
 */
export function n8nTask(dir: string, file: string, url: string, token: string) {
  mkdirSync(dir, { recursive: true });
  const workflow = path.join(dir, 'workflow.json');
  writeFileSync(workflow, JSON.stringify(workflowOf(file, url, token)));
  return {
    load: ['import:workflow', `--input=${workflow}`],
    run: ['execute', `--id=${ID}`],
    env: {
      PATH: process.env.PATH,
      HOME: dir,
      N8N_USER_FOLDER: dir,
      // It reads files of a few directories only.
      N8N_RESTRICT_FILE_ACCESS_TO: path.dirname(file),
      N8N_DIAGNOSTICS_ENABLED: 'false',
      N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    },
  };
}

function workflowOf(file: string, url: string, token: string): object {
  const names = ['Start', 'Read', 'Rows', 'Write'];
  const node = (i: number, type: string, typeVersion: number, parameters: object) => {
    const name = names[i]!;
    return { id: name, name, type: `n8n-nodes-base.${type}`, typeVersion, position: [i * 200, 0], parameters };
  };
  const value = (column: string) => `$json['${column}']`;
  const body = `={{ JSON.stringify({ name: $json.name,
    custom_attributes: { plan: ${value('custom_attributes.plan')}, seats: Number(${value('custom_attributes.seats')}), renewal: ${value('custom_attributes.renewal')} },
    additional_attributes: { company_name: ${value('additional_attributes.company_name')}, city: ${value('additional_attributes.city')} } }) }}`;
  return {
    id: ID,
    name: ID,
    active: false,
    settings: {},
    nodes: [
      node(0, 'manualTrigger', 1, {}),
      node(1, 'readWriteFile', 1, { fileSelector: file, options: {} }),
      node(2, 'extractFromFile', 1, { operation: 'csv', options: {} }),
      node(3, 'httpRequest', 4.2, {
        method: 'PUT',
        url: `={{ '${url}/api/v1/accounts/1/contacts/' + $json.id }}`,
        sendHeaders: true,
        headerParameters: { parameters: [{ name: 'api-access-token', value: token }] },
        sendBody: true,
        specifyBody: 'json',
        jsonBody: body,
        options: { batching: { batch: { batchSize: BATCH, batchInterval: PAUSE_MS } } },
      }),
    ],
    connections: Object.fromEntries(
      names.slice(0, -1).map((name, i) => [name, { main: [[{ node: names[i + 1], type: 'main', index: 0 }]] }]),
    ),
  };
}
