/** Ends a switch over a closed list: a case that is forgotten is a type error here, a value from elsewhere throws. */
export function unreachable(value: never): never {
  throw new Error(`Unknown value ${JSON.stringify(value)}: written by a newer version? Update contact-sync.`);
}
