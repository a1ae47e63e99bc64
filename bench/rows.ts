import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { seededContact } from '../src/sandbox/seed.ts';
import { emailOf, wantedOf } from './endless-rows.ts';

/** Writes a CSV line by line, so that its size does not matter; returns its path. */
async function write(dir: string, name: string, header: string, rows: number, line: (i: number) => string) {
  const file = path.join(dir, name);
  function* blocks(): Generator<string> {
    let block = `${header}\n`;
    for (let i = 1; i <= rows; i++) {
      block += `${line(i)}\n`;
      if (block.length < 65_536) continue;
      yield block;
      block = '';
    }
    yield block;
  }
  await pipeline(Readable.from(blocks()), createWriteStream(file));
  return file;
}

/** Rows found by Chatwoot's id, six fields each, all of them new values: every row is one PUT. */
export function changedRows(dir: string, name: string, rows: number): Promise<string> {
  const header =
    'id,name,custom_attributes.plan,custom_attributes.seats,custom_attributes.renewal,additional_attributes.company_name,additional_attributes.city';
  return write(dir, name, header, rows, (i) => {
    const { custom_attributes: custom, additional_attributes: additional, ...contact } = seededContact(i);
    return `${i},${contact.name} (${name}),enterprise,${custom.seats + 100},2027-01-01,"${additional.company_name}, Inc.",New ${additional.city}`;
  });
}

/**
 * What row `i` says on the so-many-th night: what the sandbox was seeded with, but that one row in so many has changed each
 * night, each night others.
 */
export function nightRow(
  i: number,
  every: number,
  night: number,
): { email: string; name: string; plan: string; seats: number } {
  const { email, name, custom_attributes: custom } = seededContact(i);
  return { email, name: i % every < night ? `${name} II` : name, plan: custom.plan, seats: custom.seats };
}

/** Rows found by e-mail that hold what the sandbox holds, but for every `every`-th one; on later nights others as well. */
export function mostlyEqualRows(dir: string, name: string, rows: number, every: number, night = 1): Promise<string> {
  return write(dir, name, 'email,name,custom_attributes.plan,custom_attributes.seats', rows, (i) => {
    const { email, name: wanted, plan, seats } = nightRow(i, every, night);
    return `${email},${wanted},${plan},${seats}`;
  });
}

/** Rows of the desk that keeps no contact (endless-desk.ts), found by e-mail; after the last of its contacts comes the first again. */
export function endlessRows(dir: string, name: string, rows: number, contacts = rows): Promise<string> {
  return write(dir, name, 'email,name,custom_attributes.plan,custom_attributes.seats', rows, (i) => {
    const id = ((i - 1) % contacts) + 1;
    const { name: wanted, plan, seats } = wantedOf(id);
    return `${emailOf(id)},${wanted},${plan},${seats}`;
  });
}

/** Five columns of text, one cell in quotes, letters that are not ASCII in every third row. */
export function textRows(dir: string, name: string, rows: number): Promise<string> {
  const header = 'email,name,custom_attributes.plan,custom_attributes.city,custom_attributes.note';
  const names = ['Zoë Müller', 'Ann Miller', 'Bob Smith'];
  return write(
    dir,
    name,
    header,
    rows,
    (i) => `contact${i}@example.com,${names[i % 3]} ${i},enterprise,"New York, NY",renewed in 2027 by phone`,
  );
}
