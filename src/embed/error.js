// What the API's promises reject with.

/** Why something failed. `message` is for people, `code` for programs. */
export class AuthError extends Error {
  constructor({ code, phase = "session", retryable = false, message, provider = null, details = null }, options) {
    super(message, options);
    this.name = "AuthError";
    Object.assign(this, { code, phase, retryable, provider, details });
  }

  toJSON() {
    const { code, phase, retryable, message, provider, details } = this;
    return { code, phase, retryable, message, provider, details };
  }
}
