import type { MatchKey } from '../contact/change.ts';
import { planColumns } from '../mapping/columns.ts';
import type { ColumnPlan } from '../mapping/planned.ts';
import type { Preset } from '../source/webhook/presets/preset.ts';

export interface EventMappingParts {
  /** As it stands in the configuration and behind /webhooks/. */
  name: string;
  preset: Preset;
  /** The keys that find a contact, in order; empty: those that an event carries, of which the first decides. */
  match: readonly MatchKey[];
  /** Value of an event to field, over the preset's own. */
  map: Readonly<Record<string, string>>;
  /** The record of an event that carries only an id is fetched. */
  fetches?: boolean;
}

/** What the values of one source mean. */
export class EventMapping {
  readonly name: string;
  readonly preset: Preset;
  readonly fetches: boolean;
  readonly #match: readonly MatchKey[];
  readonly #map: ReadonlyMap<string, string>;
  /** Events of one source come in few shapes, and planning a shape costs more than all else. */
  readonly #plans = new Map<string, ColumnPlan>();

  constructor({ name, preset, match, map, fetches = false }: EventMappingParts) {
    this.name = name;
    this.preset = preset;
    this.fetches = fetches;
    this.#match = match;
    this.#map = new Map(Object.entries({ ...preset.map, ...map }));
  }

  /** Names of all values that set a field. */
  get names(): string[] {
    return [...this.#map.keys()];
  }

  /** Names of values that set a field, in the order of the event. */
  mapped(names: readonly string[]): string[] {
    return names.filter((name) => this.#map.has(name));
  }

  /**
   * What each of these values sets; undefined when none of the keys is among them that are to find a contact.
   *
   * @throws MappingError when they find no contact, or two of them set one field
   */
  plan(names: readonly string[]): ColumnPlan | undefined {
    const shape = JSON.stringify(names);
    let plan = this.#plans.get(shape);
    if (plan === undefined) {
      const map = Object.fromEntries(names.map((name) => [name, this.#map.get(name)!]));
      const match = this.#match.filter((key) => Object.values(map).includes(key));
      // Falling back to another key would write to a contact that nobody named.
      if (match.length === 0 && this.#match.length > 0) return undefined;
      plan = planColumns([...names], { map, emptyCells: 'leave', ...(match.length === 0 ? {} : { match }) });
      this.#plans.set(shape, plan);
    }
    return plan;
  }
}
