// A refusal of a sign-in by its provider.

export class SignInRefused extends Error {
  /** As OAuth names it, `access_denied` for example. */
  readonly error: string;
  readonly description: string | undefined;

  constructor(error: string, description?: string) {
    super(description === undefined ? error : `${error}: ${description}`);
    this.error = error;
    this.description = description;
  }
}
