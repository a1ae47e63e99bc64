/** A custom attribute definition as the API shows it. */
export interface Definition {
  id: number;
  attribute_display_name: string;
  attribute_display_type: string;
  attribute_description: string | null;
  attribute_key: string;
  regex_pattern: string | null;
  regex_cue: string | null;
  attribute_values: string[];
  attribute_model: AttributeModel;
  default_value: null;
  /** ISO 8601. */
  created_at: string;
  updated_at: string;
}

export type AttributeModel = 'conversation_attribute' | 'contact_attribute';

/** By their number in the database (custom_attribute_definition.rb). */
export const DISPLAY_TYPES = ['text', 'number', 'currency', 'percent', 'link', 'date', 'list', 'checkbox'] as const;
export const ATTRIBUTE_MODELS = ['conversation_attribute', 'contact_attribute'] as const;

/** The attribute definitions of the account. */
export class Definitions {
  #all: Definition[] = [];
  #last = 0;

  list(model?: AttributeModel): Definition[] {
    return model ? this.#all.filter((definition) => definition.attribute_model === model) : [...this.#all];
  }

  get(id: number): Definition | undefined {
    return this.#all.find((definition) => definition.id === id);
  }

  find(key: string, model: AttributeModel): Definition | undefined {
    return this.#all.find((definition) => definition.attribute_key === key && definition.attribute_model === model);
  }

  /** Adds one without any check. */
  add(fields: { key: string; name: string; type: string; model: AttributeModel; values: string[] }): Definition {
    const now = new Date().toISOString();
    this.#last += 1;
    const definition: Definition = {
      id: this.#last,
      attribute_display_name: fields.name,
      attribute_display_type: fields.type,
      attribute_description: null,
      attribute_key: fields.key,
      regex_pattern: null,
      regex_cue: null,
      attribute_values: fields.values,
      attribute_model: fields.model,
      default_value: null,
      created_at: now,
      updated_at: now,
    };
    this.#all.push(definition);
    return definition;
  }

  remove(id: number): void {
    this.#all = this.#all.filter((definition) => definition.id !== id);
  }
}
