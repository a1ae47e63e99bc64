import { requireAdministrator } from '../auth.ts';
import { COST } from '../cost.ts';
import { ATTRIBUTE_MODELS, type AttributeModel, type Definition, DISPLAY_TYPES } from '../definitions.ts';
import { isObject, type Json, type JsonObject } from '../json.ts';
import { empty, Halt, invalid, json, missing, serverError, unprocessable } from '../reply.ts';
import { answered, type Call, deferred, type Work } from '../work.ts';

/** Keys that a definition must not take (custom_attribute_definition.rb, STANDARD_ATTRIBUTES). */
const RESERVED: Record<AttributeModel, ReadonlySet<string>> = {
  contact_attribute: new Set(
    'name email phone_number identifier country_code city created_at last_activity_at referer blocked'.split(' '),
  ),
  conversation_attribute: new Set(
    (
      'status priority assignee_id inbox_id team_id display_id campaign_id labels browser_language country_code ' +
      'referer created_at last_activity_at'
    ).split(' '),
  ),
};

/** GET custom_attribute_definitions: a bare array, without pages. */
export function listDefinitions(call: Call): Work {
  const sent = call.params.attribute_model;
  const all = sent === undefined || sent === null || sent === '';
  const model = all ? undefined : modelNamed(sent);
  const found = all || model !== undefined ? call.state.definitions.list(model) : [];
  return answered(COST.small, json(200, shown(found)));
}

/** GET custom_attribute_definitions/:id */
export function showDefinition(call: Call): Work {
  return answered(COST.small, json(200, shown(definitionOf(call))));
}

/** POST custom_attribute_definitions: wrapped in its name or not; the model is conversation_attribute unless sent. */
export function createDefinition(call: Call): Work {
  if (call.state.behaviour.strictDefinitions) requireAdministrator(call.role);
  const fields = fieldsOf(call.params);
  const key = keyOf(fields.attribute_key, call.state.behaviour.strictDefinitions);
  const name = keyOf(fields.attribute_display_name, call.state.behaviour.strictDefinitions);
  const type = typeOf(fields.attribute_display_type);
  const model = fields.attribute_model === undefined ? 'conversation_attribute' : modelOf(fields.attribute_model);
  const faults: { attribute: string; message: string }[] = [];
  if (name === '')
    faults.push({ attribute: 'attribute_display_name', message: "Attribute display name can't be blank" });
  const keyFault = (message: string): void => {
    faults.push({ attribute: 'attribute_key', message: `Attribute key ${message}` });
  };
  if (key === '') keyFault("can't be blank");
  if (call.state.definitions.find(key, model)) keyFault('has already been taken');
  if (call.state.behaviour.strictDefinitions && !/^[\p{L}\p{N}_.-]+$/u.test(key)) {
    keyFault('must only contain letters, numbers, underscores, hyphens, and dots');
  }
  if (RESERVED[model].has(key))
    keyFault('The provided key is not allowed as it might conflict with default attributes.');
  if (faults.length > 0) throw new Halt(invalid(faults));
  return deferred(COST.create, () => {
    const definition = call.state.definitions.add({
      key,
      name,
      type,
      model,
      values: valuesOf(fields.attribute_values),
    });
    describe(definition, fields);
    return json(200, shown(definition));
  });
}

/** PUT and PATCH custom_attribute_definitions/:id */
export function updateDefinition(call: Call): Work {
  if (call.state.behaviour.strictDefinitions) requireAdministrator(call.role);
  const definition = definitionOf(call);
  const fields = fieldsOf(call.params);
  return deferred(COST.create, () => {
    if (fields.attribute_display_name !== undefined) {
      definition.attribute_display_name = textOf(fields.attribute_display_name);
    }
    if (fields.attribute_display_type !== undefined) {
      definition.attribute_display_type = typeOf(fields.attribute_display_type);
    }
    if (fields.attribute_values !== undefined) definition.attribute_values = valuesOf(fields.attribute_values);
    describe(definition, fields);
    return json(200, shown(definition));
  });
}

/** DELETE custom_attribute_definitions/:id: 204. */
export function deleteDefinition(call: Call): Work {
  if (call.state.behaviour.strictDefinitions) requireAdministrator(call.role);
  const definition = definitionOf(call);
  return deferred(COST.small, () => {
    call.state.definitions.remove(definition.id);
    return empty(204);
  });
}

function definitionOf(call: Call): Definition {
  const definition = call.state.definitions.get(call.id);
  if (!definition) throw new Halt(missing());
  return definition;
}

/** Rails wraps a JSON body in the controller's name when the client did not; nothing to wrap is a missing parameter. */
function fieldsOf(params: JsonObject): JsonObject {
  const wrapped = params.custom_attribute_definition;
  if (isObject(wrapped) && Object.keys(wrapped).length > 0) return wrapped;
  if (Object.keys(params).some((key) => key.startsWith('attribute_'))) return params;
  throw new Halt(unprocessable('param is missing or the value is empty: custom_attribute_definition'));
}

function describe(definition: Definition, fields: JsonObject): void {
  for (const key of ['attribute_description', 'regex_pattern', 'regex_cue'] as const) {
    if (fields[key] !== undefined) definition[key] = fields[key] === null ? null : textOf(fields[key]);
  }
}

function textOf(sent: Json | undefined): string {
  return sent === undefined || sent === null || typeof sent === 'object' ? '' : String(sent);
}

function keyOf(sent: Json | undefined, trims: boolean): string {
  return trims ? textOf(sent).trim() : textOf(sent);
}

function valuesOf(sent: Json | undefined): string[] {
  return Array.isArray(sent) ? sent.filter((item) => typeof item !== 'object').map(String) : [];
}

/** An unknown type is an ArgumentError in Ruby, which nothing rescues: 500. */
function typeOf(sent: Json | undefined): string {
  if (sent === undefined) return 'text';
  const found = DISPLAY_TYPES.find((type, number) => sent === type || sent === number || sent === String(number));
  if (found === undefined) throw new Halt(serverError());
  return found;
}

function modelOf(sent: Json): AttributeModel {
  const found = modelNamed(sent);
  if (found === undefined) throw new Halt(serverError());
  return found;
}

function modelNamed(sent: Json): AttributeModel | undefined {
  return ATTRIBUTE_MODELS.find((model, number) => sent === model || sent === number || sent === String(number));
}

function shown(value: Definition | Definition[]): Json {
  return value as unknown as Json;
}
