/** The command cannot be carried out as given; nothing was sent. Exit code 2. The message ends with the next step. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}

/** The command could not run, or had to stop. Exit code 3. */
export class CannotRun extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotRun';
  }
}
