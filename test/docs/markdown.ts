import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** A page of the documentation. */
export interface Page {
  /** From the root of the checkout. */
  path: string;
  text: string;
}

/** One page by its path from the root. */
export function page(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') };
}

/** All pages that people read: those at the top, docs/, and the recipes. */
export function pages(): Page[] {
  const names = (dir: string) => readdirSync(join(ROOT, dir)).filter((name) => name.endsWith('.md'));
  const below = ['docs', 'docs/recipes'].flatMap((dir) => names(dir).map((name) => join(dir, name)));
  return [...names('.'), ...below].sort().map(page);
}

/** The lines of all code blocks of a language, in order. */
export function codeLines({ text }: Page, language: string): string[] {
  return codeBlocks({ text }, language).flatMap((code) => code.split('\n').filter(Boolean));
}

/** All code blocks of a language, in order, each without the line end before its fence. */
export function codeBlocks({ text }: Pick<Page, 'text'>, language: string): string[] {
  const blocks = text.matchAll(/^```(\w*)\n(.*?)\n```$/gms);
  return [...blocks].filter(([, name]) => name === language).map(([, , code]) => code!);
}

/** Splits a command as a shell does that knows double quotes only. */
export function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!);
}

/** The anchor that a heading gets. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-');
}
