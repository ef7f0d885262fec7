// The same API without a provider, for the tests of programs that use it. It is a module of its own:
// nothing of it is in vestibule.js.

import { Auth } from "./auth.js";
import { AuthError } from "./error.js";

const HOUR = 3600;
const PROVIDERS = [{ id: "mock", kind: "oidc", label: "Mock", icon: null }];

/**
 * An `auth` like that of `createAuth`, with `auth.mock` to direct it by.
 *
 * `user`: who is signed in at first. `users`: who signs in, one after the other; the last stays.
 */
export async function createMockAuth({ providers = PROVIDERS, apiOrigins = [], user = null, users = [{}] } = {}) {
  const engine = new MockEngine({ providers, apiOrigins, user, users });
  return Auth.open(engine, "", {}, { mock: engine.direction });
}

/** What the WebAssembly does, played. */
class MockEngine {
  #setting;
  #session = null;
  #reason = "fresh";
  #error = null;
  #ending = {};
  #failures = {};
  #count = 0;
  #report = () => {};

  constructor(setting) {
    this.#setting = { ...setting, users: [...setting.users] };
    if (setting.user) this.#signIn(setting.user);
  }

  direction = {
    /** Somebody is signed in, as by another tab. */
    signIn: (user = {}) => {
      this.#signIn(user);
      this.#tell();
    },
    /** The session ends, as by another tab, or by itself with "expired". */
    signOut: (reason = "signed-out-here") => {
      this.#signOut(reason);
      this.#tell();
    },
    /** The session is about to end, by itself or with "idle" for want of anybody there. */
    expireSoon: (endsAt, endReason = "expired") => {
      this.#ending = { endsAt, endReason };
      this.#tell();
    },
    /** The next call of this name ("login", "token", "logout", "revoke") fails like this. */
    failNext: (what, error) => {
      this.#failures[what] = { phase: "session", retryable: true, provider: null, details: null, message: "", ...error };
    },
  };

  async open(_config, report) {
    this.#report = report;
    this.#tell();
    const { providers, apiOrigins } = this.#setting;
    return JSON.stringify({ handle: 0, providers, apiOrigins });
  }

  async call(_handle, what, argument) {
    const failure = this.#failures[what];
    if (failure) {
      delete this.#failures[what];
      if (what === "login") this.#error = failure;
      this.#tell();
      throw JSON.stringify(failure);
    }
    const answer = this.#act(what, JSON.parse(argument));
    this.#tell();
    return JSON.stringify(answer);
  }

  show() {
    return 0;
  }

  hide() {}

  #act(what, argument) {
    switch (what) {
      case "login": {
        const { users } = this.#setting;
        const user = users.length > 1 ? users.shift() : users[0];
        this.#signIn({ provider: argument.provider, ...user });
        return { signedIn: true };
      }
      case "token":
        return this.#token(argument);
      case "logout":
      case "revoke":
        this.#signOut(argument.local === false ? "signed-out" : "signed-out-here");
        return {};
      case "extendSession":
        if (this.#ending.endReason === "idle") this.#ending = {};
        return {};
      default:
        return {};
    }
  }

  #token({ rejected }) {
    if (!this.#session) {
      throw JSON.stringify(
        new AuthError({ code: "login-required", retryable: true, message: "Nobody is signed in." }),
      );
    }
    if (rejected === this.#tokenText()) this.#count++;
    const { issuer, subject } = this.#session.user;
    return { token: this.#tokenText(), person: `${issuer} ${subject}` };
  }

  #tokenText = () => `mock-token-${this.#count}`;

  #signIn(user) {
    const { id } = this.#setting.providers[0];
    const subject = user.subject ?? "mock-subject";
    this.#count++;
    this.#error = null;
    this.#session = {
      id: `${this.#count}`,
      user: {
        provider: id,
        issuer: "https://mock.example",
        subject,
        name: "Mock User",
        email: "mock@example.com",
        emailVerified: true,
        picture: null,
        groups: [],
        hasMoreGroups: false,
        profile: { iss: "https://mock.example", sub: subject },
        expiresAt: Math.floor(Date.now() / 1000) + HOUR,
        scope: "openid profile email",
        ...user,
      },
    };
  }

  #signOut(reason) {
    this.#session = null;
    this.#ending = {};
    this.#reason = reason;
    this.#error = null;
  }

  #tell() {
    const report = { isLoading: false, renewalFailures: 0, navigator: null, ...this.#ending };
    const now = Math.floor(Date.now() / 1000);
    if (this.#session) report.session = { ...this.#session, expiresIn: this.#session.user.expiresAt - now };
    else report.reason = this.#reason;
    if (this.#error) report.error = this.#error;
    this.#report(JSON.stringify(report));
  }
}
