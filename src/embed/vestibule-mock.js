// The JavaScript API without a provider, for the tests of applications. It's a separate module, so vestibule.js
// contains none of it.

import { Auth } from "./auth.js";
import { AuthError } from "./error.js";

const HOUR = 3600;
const ISSUER = "https://mock.example";
const DEFAULT_PROVIDERS = [{ id: "mock", kind: "oidc", label: "Mock", icon: null }];

/** Creates a mock of what `createAuth` resolves with; `auth.mock` controls it. See vestibule-mock.d.ts. */
export async function createMockAuth({
  providers = DEFAULT_PROVIDERS,
  apiOrigins = [],
  user = null,
  users = [{}],
} = {}) {
  const wasm = new MockWasm({ providers, apiOrigins, user, users });
  return Auth.open(wasm, "", {}, { mock: wasm.controls });
}

/** Has the exports of the WebAssembly that `Auth` calls. */
class MockWasm {
  #options;
  #session = null;
  #signedOutReason = "fresh";
  #error = null;
  #expiry = {};
  #nextErrors = {};
  #tokenCount = 0;
  #onSnapshot = () => {};

  constructor(options) {
    this.#options = { ...options, users: [...options.users] };
    if (options.user) this.#signIn(options.user);
  }

  controls = {
    signIn: (user = {}) => {
      this.#signIn(user);
      this.#notify();
    },
    signOut: (reason = "signed-out-here") => {
      this.#signOut(reason);
      this.#notify();
    },
    expireSoon: (endsAt, endReason = "expired") => {
      this.#expiry = { endsAt, endReason };
      this.#notify();
    },
    failNext: (method, error) => {
      const defaults = { phase: "session", retryable: true, provider: null, details: null, message: "" };
      this.#nextErrors[method] = { ...defaults, ...error };
    },
  };

  async open(_config, onSnapshot) {
    this.#onSnapshot = onSnapshot;
    this.#notify();
    const { providers, apiOrigins } = this.#options;
    return JSON.stringify({ handle: 0, providers, apiOrigins });
  }

  async call(_handle, method, args) {
    const error = this.#nextErrors[method];
    if (error) {
      delete this.#nextErrors[method];
      if (method === "login") this.#error = error;
      this.#notify();
      throw JSON.stringify(error);
    }
    const result = this.#dispatch(method, JSON.parse(args));
    this.#notify();
    return JSON.stringify(result);
  }

  show() {
    return 0;
  }

  hide() {}

  trace() {
    const { origin = "", pathname = "" } = globalThis.location ?? {};
    return JSON.stringify({
      version: "mock",
      userAgent: globalThis.navigator?.userAgent ?? "",
      page: origin + pathname,
      at: Math.floor(Date.now() / 1000),
      debug: false,
      providers: this.#options.providers.map(({ id, kind }) => ({ id, kind, issuer: ISSUER })),
      errors: [],
      events: [],
    });
  }

  #dispatch(method, args) {
    switch (method) {
      case "login": {
        const { users } = this.#options;
        const user = users.length > 1 ? users.shift() : users[0];
        this.#signIn({ provider: args.provider, ...user });
        return { signedIn: true };
      }
      case "token":
        return this.#token(args);
      case "logout":
      case "revoke":
        this.#signOut(args.local === false ? "signed-out" : "signed-out-here");
        return {};
      case "extendSession":
        if (this.#expiry.endReason === "idle") this.#expiry = {};
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
    if (rejected === this.#accessToken()) this.#tokenCount++;
    const { issuer, subject } = this.#session.user;
    return { token: this.#accessToken(), person: `${issuer} ${subject}` };
  }

  #accessToken = () => `mock-token-${this.#tokenCount}`;

  #signIn(user) {
    const { id } = this.#options.providers[0];
    const subject = user.subject ?? "mock-subject";
    this.#tokenCount++;
    this.#error = null;
    this.#session = {
      id: `${this.#tokenCount}`,
      user: {
        provider: id,
        issuer: ISSUER,
        subject,
        name: "Mock User",
        email: "mock@example.com",
        emailVerified: true,
        picture: null,
        groups: [],
        hasMoreGroups: false,
        profile: { iss: ISSUER, sub: subject },
        expiresAt: Math.floor(Date.now() / 1000) + HOUR,
        scope: "openid profile email",
        ...user,
      },
    };
  }

  #signOut(reason) {
    this.#session = null;
    this.#expiry = {};
    this.#signedOutReason = reason;
    this.#error = null;
  }

  #notify() {
    const snapshot = { isLoading: false, renewalFailures: 0, navigator: null, ...this.#expiry };
    if (this.#session) {
      const expiresIn = this.#session.user.expiresAt - Math.floor(Date.now() / 1000);
      snapshot.session = { ...this.#session, expiresIn };
    } else {
      snapshot.reason = this.#signedOutReason;
    }
    if (this.#error) snapshot.error = this.#error;
    this.#onSnapshot(JSON.stringify(snapshot));
  }
}
