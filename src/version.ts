/** The version of this package; kept equal to package.json by a test. */
export const VERSION = '0.1.0';

/** Names us on the desk's log lines. */
export const USER_AGENT = `chatwoot-contact-sync/${VERSION}`;
