// A session as JavaScript sees it. The WebAssembly (or a mock) does the work: it exchanges JSON with this
// class, and sends a snapshot whenever something changes.

import { AuthError } from "./error.js";
import { authorizedFetch } from "./fetch.js";
import { mayLeaveFor, recordMet } from "./step_up.js";

/** Seconds before an access token expires at which `accessTokenExpiring` fires. */
const EXPIRING_NOTIFICATION_SECONDS = 60;
/** How long a token has to be valid unless the caller asks for more, in seconds. */
const DEFAULT_MIN_VALIDITY = 30;
/** The longest delay of a browser's timer, in milliseconds. */
const MAX_TIMER_DELAY = 0x7fffffff;

/** The id of the last sign-in, by which it can be aborted. */
let lastLoginId = 0;

export class Auth extends EventTarget {
  #wasm;
  #handle;
  #options;
  /** What the host gets. */
  #snapshot = Object.freeze({
    isLoading: true,
    isAuthenticated: false,
    user: null,
    error: null,
    activeNavigator: null,
    accounts: Object.freeze([]),
  });
  /** What the WebAssembly sent last. */
  #wasmSnapshot = {};
  #listeners = new Set();
  #timers = [];
  #stepUpInProgress;
  #apiOrigins;

  /**
   * Waits for the WebAssembly, and opens a configuration in it.
   *
   * @param wasm The WebAssembly's exports `open`, `call`, `show`, `hide` and `trace`, or a promise of them.
   * @param config The configuration's JSON or URL.
   * @param options See `AuthOptions` in vestibule.d.ts.
   * @param extensions Further members of the result.
   */
  static async open(wasm, config, options = {}, extensions = {}) {
    const auth = new Auth();
    auth.#wasm = await wasm;
    auth.#options = options;
    const onSnapshot = (snapshot) => auth.#update(JSON.parse(snapshot));
    const { handle, providers, apiOrigins } = await parseResult(auth.#wasm.open(config, onSnapshot));
    auth.#handle = handle;
    auth.providers = deepFreeze(providers);
    auth.#apiOrigins = new Set(apiOrigins.map((origin) => new URL(origin).origin));
    return Object.freeze(Object.assign(auth, extensions));
  }

  /** Returns the current state: the same object until something changes. */
  getSnapshot = () => this.#snapshot;

  /** Calls the listener with the snapshot, immediately and after every change. Returns a function that unsubscribes it. */
  subscribe = (listener) => {
    // Wrapped, so that a listener that subscribes twice is called twice.
    const subscription = () => listener(this.#snapshot);
    this.#listeners.add(subscription);
    callSafely(subscription);
    return () => void this.#listeners.delete(subscription);
  };

  /** Resolves with the user or null once that is known: after the provider's response, if the page was opened with one. */
  async handleCallback() {
    await this.#loaded();
    const { user, error } = this.#snapshot;
    if (error) throw error;
    return user;
  }

  async login({ provider = this.providers[0].id, returnTo, signal, ...options } = {}) {
    const loginId = ++lastLoginId;
    const path = toPath(returnTo);
    if (signal?.aborted) throw abortError(signal);
    const abort = () => void this.#call("abort", { loginId });
    signal?.addEventListener("abort", abort);
    try {
      // Called before anything is awaited: browsers open popups only within a click.
      const { signedIn } = await this.#call("login", { ...options, provider, returnTo: path, loginId });
      return signedIn ? this.#snapshot.user : null;
    } finally {
      signal?.removeEventListener("abort", abort);
      abort();
    }
  }

  async getAccessToken({ minValidity = DEFAULT_MIN_VALIDITY, signal } = {}) {
    const { token } = await abortable(signal, this.#call("token", { minValidity: Math.ceil(minValidity) }));
    return token;
  }

  /** `fetch` with the access token, which is sent only to `api_origins`. */
  fetch = (input, init) =>
    authorizedFetch(input, init, {
      apiOrigins: this.#apiOrigins,
      token: (rejected) => this.#call("token", { minValidity: DEFAULT_MIN_VALIDITY, rejected }),
      stepUp: (requirements, request) => this.#stepUp(requirements, request),
      accepted: recordMet,
    });

  /** Signs in again as an API requires. Callers with the same requirements share one sign-in; others queue. */
  #stepUp(requirements, request) {
    const key = JSON.stringify(requirements);
    if (this.#stepUpInProgress?.key === key) return this.#stepUpInProgress.result;
    const previous = this.#stepUpInProgress?.result.catch(() => {});
    const result = Promise.resolve(previous).then(() => this.#signInAgain(requirements, request));
    const inProgress = { key, result };
    this.#stepUpInProgress = inProgress;
    const clear = () => {
      if (this.#stepUpInProgress === inProgress) this.#stepUpInProgress = undefined;
    };
    result.then(clear, clear);
    return result;
  }

  /** Resolves with true if the request can be repeated, with false if the caller should get the API's response. */
  async #signInAgain(requirements, request) {
    const { stepUp: mode = "redirect" } = this.#options;
    const isAllowed = this.dispatchEvent(
      new CustomEvent("stepUpRequired", { detail: Object.freeze(requirements), cancelable: true }),
    );
    if (!isAllowed || mode === "none") return false;
    if (mode === "redirect" && !mayLeaveFor(requirements, request)) return false;
    const { user } = this.#snapshot;
    const loginHint = user?.email ?? undefined;
    if (await this.login({ ...requirements, mode, loginHint, provider: user?.provider })) return true;
    throw new AuthError({
      code: "step-up-required",
      phase: "authorization",
      retryable: true,
      message: "This needs a stronger sign-in, for which the page is being left.",
    });
  }

  /** Switches to another of the snapshot's accounts. */
  async switchAccount(id) {
    await this.#call("switchAccount", { account: `${id}` });
    return this.#snapshot.user;
  }

  async logout({ local = false, all = false } = {}) {
    await this.#call("logout", { local, all });
  }

  async revoke() {
    await this.#call("revoke", {});
  }

  /** Confirms that the user is there: restarts the idle timeout in every tab. */
  async extendSession() {
    await this.#call("extendSession", {});
  }

  /** Returns the last steps, for whoever looks for the cause of a failure: see docs/debugging.md. */
  exportTrace() {
    return JSON.parse(this.#wasm.trace(this.#handle));
  }

  /** Logs the steps to the console from now on, and those until now. */
  static enableDebug(auth) {
    void auth.#call("debug", {});
  }

  /** Shows a part of the user interface inside an element. Returns a function that removes it. */
  show(name, root, { returnTo, ...options }) {
    const json = JSON.stringify({ ...options, returnTo: toPath(returnTo) });
    const id = this.#wasm.show(this.#handle, name, root, json);
    return () => this.#wasm.hide(id);
  }

  #call(method, args) {
    return parseResult(this.#wasm.call(this.#handle, method, JSON.stringify(args)));
  }

  /** Resolves once it's known who is signed in. */
  async #loaded() {
    let unsubscribe;
    await new Promise((resolve) => {
      unsubscribe = this.subscribe(({ isLoading }) => isLoading || resolve());
    });
    unsubscribe();
  }

  /** Accepts a snapshot from the WebAssembly: updates the host's, starts the timers, and fires events. */
  #update(wasmSnapshot) {
    const previousWasmSnapshot = this.#wasmSnapshot;
    this.#wasmSnapshot = wasmSnapshot;
    const previous = this.#snapshot;
    const next = {
      isLoading: wasmSnapshot.isLoading ?? false,
      isAuthenticated: Boolean(wasmSnapshot.session),
      user: reuseIfEqual(previous.user, deepFreeze(wasmSnapshot.session?.user)),
      error: reuseIfEqual(previous.error, wasmSnapshot.error && new AuthError(wasmSnapshot.error)),
      activeNavigator: wasmSnapshot.navigator ?? null,
      accounts: reuseIfEqual(previous.accounts, deepFreeze(wasmSnapshot.accounts ?? [])),
    };
    const hasChanged = Object.keys(next).some((name) => next[name] !== previous[name]);
    if (hasChanged) {
      this.#snapshot = Object.freeze(next);
      this.#startTimers(wasmSnapshot.session);
    }
    for (const [name, detail] of changeEvents(previousWasmSnapshot, wasmSnapshot, previous, this.#snapshot)) {
      this.#emit(name, detail);
    }
    if (hasChanged) for (const listener of [...this.#listeners]) callSafely(listener);
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail: Object.freeze(detail) }));
  }

  /** Fires `accessTokenExpiring` and `accessTokenExpired` in time. */
  #startTimers(session) {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    if (!session) return;
    const emitIn = (seconds, name, detail) => {
      const delay = seconds * 1000;
      if (delay > 0 && delay < MAX_TIMER_DELAY) {
        const timer = setTimeout(() => this.#emit(name, detail), delay);
        // A pending timer doesn't keep a test in Node running.
        timer.unref?.();
        this.#timers.push(timer);
      }
    };
    const { expiresAt } = session.user;
    // The browser's clock may be wrong; the WebAssembly corrects for that.
    const { expiresIn } = session;
    emitIn(expiresIn - EXPIRING_NOTIFICATION_SECONDS, "accessTokenExpiring", { expiresAt });
    emitIn(expiresIn, "accessTokenExpired", { expiresAt });
  }
}

/** The events of a change, from the WebAssembly's snapshots before and after it and the host's. */
function* changeEvents(previousWasmSnapshot, wasmSnapshot, previous, next) {
  const { reason, navigator, provider, endsAt, endReason, renewalFailures, renewalError } = wasmSnapshot;
  if (next.user && next.user !== previous.user) yield ["userLoaded", { user: next.user }];
  if (previous.user && !next.user) {
    yield ["userUnloaded", { reason: reason ?? null }];
    if (reason) yield ["userSignedOut", { reason }];
  }
  if (navigator?.startsWith("signin") && navigator !== previousWasmSnapshot.navigator) {
    yield ["loginStarted", { provider }];
  }
  if (next.error && next.error !== previous.error) yield ["loginFailed", { error: next.error }];
  if (endsAt && endsAt !== previousWasmSnapshot.endsAt) yield ["sessionExpiring", { endsAt, reason: endReason }];
  if (renewalFailures > (previousWasmSnapshot.renewalFailures ?? 0)) {
    yield ["silentRenewError", { error: new AuthError(renewalError) }];
  }
}

/** Returns the previous value if the next one is equal. */
function reuseIfEqual(previous, next) {
  if (!next) return null;
  return previous && JSON.stringify(previous) === JSON.stringify(next) ? previous : next;
}

function deepFreeze(value) {
  if (value && typeof value === "object") Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

/** Parses what the WebAssembly resolves with; converts what it rejects with to an `AuthError`. */
async function parseResult(result) {
  try {
    return JSON.parse(await result);
  } catch (reason) {
    throw typeof reason === "string" ? new AuthError(JSON.parse(reason)) : internalError(reason);
  }
}

function internalError(cause) {
  return new AuthError(
    { code: "internal", message: "Something went wrong in Vestibule. Reload the page.", details: `${cause}` },
    { cause },
  );
}

/** Settles as the promise does, or rejects when the signal is aborted. */
async function abortable(signal, promise) {
  if (!signal) return promise;
  let onAbort;
  const aborted = new Promise((_, reject) => {
    onAbort = () => reject(abortError(signal));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

const abortError = ({ reason }) =>
  new AuthError({ code: "aborted", message: "Sign-in was canceled." }, { cause: reason });

/** The path of a URL on this origin, undefined for undefined. The WebAssembly checks it again. */
function toPath(returnTo) {
  if (returnTo === undefined) return undefined;
  const url = new URL(returnTo, location.href);
  // A path that begins with two slashes means another host to whoever resolves it next.
  if (url.origin !== location.origin || !/^\/(?!\/)/.test(url.pathname)) {
    throw new AuthError({
      code: "return-to-elsewhere",
      phase: "authorization",
      message: "People can be sent back to this page's own origin only.",
    });
  }
  return url.pathname + url.search + url.hash;
}

/** Calls a listener. If it throws, the browser reports that, and the other listeners are still called. */
function callSafely(listener) {
  try {
    listener();
  } catch (error) {
    reportError(error);
  }
}
