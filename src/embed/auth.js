// One session of one configuration, as JavaScript sees it. What is done is done by the engine (the
// WebAssembly, or a mock of it): it takes and gives JSON, and reports whenever something changes.

import { AuthError } from "./error.js";
import { authorizedFetch } from "./fetch.js";

/** Seconds before the end of an access token at which it is told. */
const AHEAD = 60;
/** Seconds that a token has to be good for unless somebody asks for more. */
const MIN_VALIDITY = 30;
/** The longest time that a browser's timer can wait for. */
const LONGEST_TIMER = 0x7fffffff;

/** Every sign-in has a number, to call it off by. */
let lastLoginId = 0;

export class Auth extends EventTarget {
  #engine;
  #handle;
  #options;
  #snapshot = Object.freeze({
    isLoading: true,
    isAuthenticated: false,
    user: null,
    error: null,
    activeNavigator: null,
    accounts: Object.freeze([]),
  });
  #report = {};
  #listeners = new Set();
  #timers = [];
  #step;
  #apiOrigins;

  /** Waits for the engine, and for the configuration in it. `more`: further members. */
  static async open(engine, config, options = {}, more = {}) {
    const auth = new Auth();
    auth.#engine = await engine;
    auth.#options = options;
    const description = await settled(auth.#engine.open(config, (report) => auth.#take(JSON.parse(report))));
    auth.#handle = description.handle;
    auth.providers = deepFreeze(description.providers);
    auth.#apiOrigins = new Set(description.apiOrigins.map((origin) => new URL(origin).origin));
    return Object.freeze(Object.assign(auth, more));
  }

  /** Always the same object while nothing changes. */
  getSnapshot = () => this.#snapshot;

  /** Calls the listener with the snapshot, at once and after every change. Returns the function that ends it. */
  subscribe = (listener) => {
    // A function of its own: who subscribes twice is called twice.
    const entry = () => listener(this.#snapshot);
    this.#listeners.add(entry);
    calling(entry);
    return () => void this.#listeners.delete(entry);
  };

  /** Settles once it is known who is signed in, after a provider's answer if there is one. */
  async handleCallback() {
    await this.#known();
    const { user, error } = this.#snapshot;
    if (error) throw error;
    return user;
  }

  async login({ provider = this.providers[0].id, returnTo, signal, ...options } = {}) {
    const loginId = ++lastLoginId;
    const place = returnTo === undefined ? undefined : pathOf(returnTo);
    if (signal?.aborted) throw aborted(signal);
    const abort = () => void this.#call("abort", { loginId });
    signal?.addEventListener("abort", abort);
    try {
      // Asked for before anything is awaited: browsers open windows within a click alone.
      const { signedIn } = await this.#call("login", { ...options, provider, returnTo: place, loginId });
      return signedIn ? this.#snapshot.user : null;
    } finally {
      signal?.removeEventListener("abort", abort);
      abort();
    }
  }

  async getAccessToken({ minValidity = MIN_VALIDITY, signal } = {}) {
    const { token } = await aborting(signal, this.#call("token", { minValidity: Math.ceil(minValidity) }));
    return token;
  }

  /** `fetch` with the access token, which goes to `api_origins` alone. */
  fetch = (input, init) =>
    authorizedFetch(input, init, {
      apiOrigins: this.#apiOrigins,
      token: (rejected) => this.#call("token", { minValidity: MIN_VALIDITY, rejected }),
      stepUp: (wanted) => this.#stepUp(wanted),
    });

  /** Signs in once more, as an API wants it: one after the other, and once for all who want the same. */
  #stepUp(wanted) {
    const key = JSON.stringify(wanted);
    if (this.#step?.key === key) return this.#step.end;
    const before = this.#step?.end.catch(() => {});
    const step = { key, end: Promise.resolve(before).then(() => this.#signInAgain(wanted)) };
    this.#step = step;
    const over = () => {
      if (this.#step === step) this.#step = undefined;
    };
    step.end.then(over, over);
    return step.end;
  }

  async #signInAgain(wanted) {
    const { stepUp: mode = "redirect" } = this.#options;
    const allowed = this.dispatchEvent(
      new CustomEvent("stepUpRequired", { detail: Object.freeze(wanted), cancelable: true }),
    );
    if (!allowed || mode === "none") return false;
    const { user } = this.#snapshot;
    const loginHint = user?.email ?? undefined;
    if (await this.login({ ...wanted, mode, loginHint, provider: user?.provider })) return true;
    throw new AuthError({
      code: "step-up-required",
      phase: "authorization",
      retryable: true,
      message: "This needs a stronger sign-in, for which the page is being left.",
    });
  }

  /** Goes on as another of the snapshot's accounts. */
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

  /** The person is there: the idle time-out begins anew, in every tab. */
  async extendSession() {
    await this.#call("extendSession", {});
  }

  /** Puts a part of the user interface into an element. Returns the function that takes it away. */
  show(name, root, { returnTo, ...options }) {
    const place = returnTo === undefined ? undefined : pathOf(returnTo);
    const shown = this.#engine.show(this.#handle, name, root, JSON.stringify({ ...options, returnTo: place }));
    return () => this.#engine.hide(shown);
  }

  #call(what, argument) {
    return settled(this.#engine.call(this.#handle, what, JSON.stringify(argument)));
  }

  /** Until it is known who is signed in. */
  async #known() {
    let end;
    await new Promise((resolve) => {
      end = this.subscribe(({ isLoading }) => isLoading || resolve());
    });
    end();
  }

  /** Takes a report of the engine: another snapshot where it tells of something new, and the events. */
  #take(report) {
    const before = this.#report;
    this.#report = report;
    const last = this.#snapshot;
    const next = {
      isLoading: report.isLoading ?? false,
      isAuthenticated: Boolean(report.session),
      user: kept(last.user, report.session?.user),
      error: kept(last.error, report.error, (error) => new AuthError(error)),
      activeNavigator: report.navigator ?? null,
      accounts: kept(last.accounts, report.accounts ?? []),
    };
    const changed = Object.keys(next).some((name) => next[name] !== last[name]);
    if (changed) this.#snapshot = Object.freeze(next);
    if (changed) this.#setTimers(report.session);
    for (const [name, detail] of news(before, report, last, this.#snapshot)) this.#emit(name, detail);
    if (changed) for (const listener of [...this.#listeners]) calling(listener);
  }

  #emit(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail: Object.freeze(detail) }));
  }

  #setTimers(session) {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    if (!session) return;
    const after = (seconds, name, detail) => {
      const wait = seconds * 1000;
      if (wait > 0 && wait < LONGEST_TIMER) {
        const timer = setTimeout(() => this.#emit(name, detail), wait);
        // A test run in Node is over when its tests are.
        timer.unref?.();
        this.#timers.push(timer);
      }
    };
    const { expiresAt } = session.user;
    // The engine knows a clock that is wrong.
    const { expiresIn } = session;
    after(expiresIn - AHEAD, "accessTokenExpiring", { expiresAt });
    after(expiresIn, "accessTokenExpired", { expiresAt });
  }
}

/** What happened between two reports, as events. */
function* news(before, report, last, next) {
  if (next.user && next.user !== last.user) yield ["userLoaded", { user: next.user }];
  if (last.user && !next.user) {
    yield ["userUnloaded", { reason: report.reason ?? null }];
    if (report.reason) yield ["userSignedOut", { reason: report.reason }];
  }
  const goes = report.navigator?.startsWith("signin");
  if (goes && report.navigator !== before.navigator) yield ["loginStarted", { provider: report.provider }];
  if (next.error && next.error !== last.error) yield ["loginFailed", { error: next.error }];
  const { endsAt, endReason } = report;
  if (endsAt && endsAt !== before.endsAt) yield ["sessionExpiring", { endsAt, reason: endReason }];
  if (report.renewalFailures > (before.renewalFailures ?? 0)) {
    yield ["silentRenewError", { error: new AuthError(report.renewalError) }];
  }
}

/** The value that was there before, when the new one says the same. */
function kept(last, next, make = deepFreeze) {
  if (!next) return null;
  const made = make(next);
  return last && JSON.stringify(last) === JSON.stringify(made) ? last : made;
}

function deepFreeze(value) {
  if (value && typeof value === "object") Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

/** An answer of the engine as a value, its refusal as an error. */
async function settled(answer) {
  try {
    return JSON.parse(await answer);
  } catch (refusal) {
    throw typeof refusal === "string" ? new AuthError(JSON.parse(refusal)) : broken(refusal);
  }
}

function broken(cause) {
  return new AuthError(
    { code: "internal", message: "Something went wrong inside of Vestibule. Reload the page.", details: `${cause}` },
    { cause },
  );
}

/** A promise that ends when the signal says so, whatever becomes of the work. */
async function aborting(signal, work) {
  if (!signal) return work;
  let abort;
  const end = new Promise((_, reject) => {
    abort = () => reject(aborted(signal));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

const aborted = ({ reason }) =>
  new AuthError({ code: "aborted", message: "It was called off." }, { cause: reason });

/** The path of an address of this origin; the engine judges it once more. */
function pathOf(returnTo) {
  const url = new URL(returnTo, location.href);
  // A path that begins with two slashes would be another host to the next reader.
  if (url.origin !== location.origin || !/^\/(?!\/)/.test(url.pathname)) {
    throw new AuthError({
      code: "return-to-elsewhere",
      phase: "authorization",
      message: "People can be sent back to this page's own origin only.",
    });
  }
  return url.pathname + url.search + url.hash;
}

/** One listener that throws keeps nobody else from hearing; the browser reports it. */
function calling(listener) {
  try {
    listener();
  } catch (error) {
    reportError(error);
  }
}
