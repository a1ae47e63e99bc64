import { XMLParser } from 'fast-xml-parser';
import type { Parsed } from './parse.ts';

/**
 * Values stay text, or a phone `0151` would become 151 and `+49151` lose its plus. A list is only what Salesforce repeats:
 * elsewhere one element and several could not be told apart. `htmlEntities` also turns on `&#252;`.
 */
const PARSER = new XMLParser({
  parseTagValue: false,
  removeNSPrefix: true,
  ignoreAttributes: false,
  htmlEntities: true,
  isArray: (name) => name === 'Notification',
});

/** Reads XML; attributes are named `@_name`, prefixes of namespaces are gone. A document type is refused unread. */
export function parseXml(text: string): Parsed {
  if (/<!DOCTYPE/i.test(text)) return { fault: 'the XML has a document type, which is never read: send it without' };
  try {
    return { value: PARSER.parse(text, true) as unknown };
  } catch {
    return { fault: 'the body is not valid XML: look at what the sender builds' };
  }
}
