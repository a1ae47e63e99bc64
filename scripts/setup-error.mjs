/** The machine cannot be made ready; the message ends with what the person can do about it. */
export class SetupError extends Error {}
