/** What the row of a contact says, from its number alone: neither the file nor the desk has to be kept anywhere. */
export interface EndlessRow {
  name: string;
  plan: string;
  seats: string;
}

export function wantedOf(id: number): EndlessRow {
  return { name: `Person Number ${id}`, plan: id % 3 === 0 ? 'pro' : 'free', seats: String(id % 100) };
}

export function emailOf(id: number): string {
  return `person.${id}@endless.test`;
}
