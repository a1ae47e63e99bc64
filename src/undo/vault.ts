import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { FieldChange } from '../queue/snapshot.ts';

/** What a run did to one contact: enough to put it back. */
export interface UndoRecord {
  contact: string;
  /** The run created it. */
  created?: true;
  /** Field to its former and its new value as JSON texts; null for a former value that is not known. */
  fields: Record<string, [before: string | null, after: string]>;
}

/** A record cannot be read. The message ends with the next step. */
export class VaultError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'VaultError';
  }
}

const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals what was overwritten before it is kept anywhere. With a key it is encrypted (AES-256-GCM, a new nonce each), so that
 * neither Redis' files nor the undo file hold people's former data in the clear; without one it is plain JSON.
 */
export class Vault {
  readonly #key: Buffer | undefined;

  /** `secret`: any text; its SHA-256 is the key. */
  constructor(secret: string | undefined) {
    this.#key = secret === undefined ? undefined : createHash('sha256').update(secret).digest();
  }

  /** One JSON text: an object, or a string when it is encrypted. */
  seal(record: object): string {
    const text = JSON.stringify(record);
    if (this.#key === undefined) return text;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, iv);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return JSON.stringify(Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64'));
  }

  /** @throws VaultError when the record is encrypted with another key, or damaged */
  open<T>(text: string): T {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'string') return value as T;
    if (this.#key === undefined) {
      throw new VaultError('The former values are encrypted. Give the key they were written with (undo_key).');
    }
    const bytes = Buffer.from(value, 'base64');
    try {
      const cipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, IV_BYTES));
      cipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const opened = Buffer.concat([cipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), cipher.final()]);
      return JSON.parse(opened.toString('utf8')) as T;
    } catch (cause) {
      const message = 'The former values were encrypted with another key. Give the one that was set then (undo_key).';
      throw Object.assign(new VaultError(message), { cause });
    }
  }
}

/** What a write means for the undo of each run that had a part in it, by run. */
export function recordsOf(contact: string, changes: readonly FieldChange[], created = false): Map<string, UndoRecord> {
  const records = new Map<string, UndoRecord>();
  for (const { run, field, before, after } of changes) {
    const record = records.get(run) ?? {
      contact,
      ...(created ? { created: true as const } : {}),
      fields: Object.create(null) as UndoRecord['fields'],
    };
    record.fields[field] = [before ?? null, after];
    records.set(run, record);
  }
  return records;
}
