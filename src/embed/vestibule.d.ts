// The types of vestibule.js. Kept by hand; `cargo xtask test --only javascript` checks them.

/** The address of a configuration, or what `vestibule.json` would hold. */
export type ConfigSource = string | URL | Config;

/** `vestibule.json`. Every setting is described in `vestibule.schema.json`. */
export interface Config {
  providers: ProviderConfig[];
  scope?: string | string[];
  redirect_uri?: string;
  /** Where providers send popups and hidden frames back to: the address of `callback.html`. */
  popup_redirect_uri?: string;
  post_logout_redirect_uri?: string;
  mode?: "redirect" | "popup";
  auto_sign_in?: "silent" | "redirect";
  silent_renew?: boolean;
  /** The only origins that `fetch` sends the access token to. */
  api_origins?: string[];
  share_session?: boolean;
  several_accounts?: boolean;
  storage?: "session" | "memory";
  /** Seconds after the sign-in at which the session ends at the latest. */
  max_session?: number;
  /** Seconds without anybody there after which the session ends: see `Auth.extendSession`. */
  idle_timeout?: number;
  /** The address of the JSON schema, for editors. */
  $schema?: string;
}

/** One provider of the configuration. */
export interface ProviderConfig {
  id: string;
  kind: "microsoft" | "google" | "okta" | "oidc";
  client_id: string;
  label?: string;
  icon?: string;
  enabled?: boolean;
  issuer?: string;
  authority?: string;
  scope?: string | string[];
  /** The others, as `vestibule.schema.json` has them. */
  [setting: string]: unknown;
}

export interface AuthOptions {
  /** Where the WebAssembly is, or what it is, when it is not beside this script. */
  wasm?: string | URL | Response | Promise<Response> | BufferSource | WebAssembly.Module;
  /**
   * What `fetch` does when an API asks for a stronger sign-in. "none" hands out the API's answer.
   * Default: "redirect".
   */
  stepUp?: "redirect" | "popup" | "none";
}

/** Opens a configuration. Whoever asks for the same one shares its session. */
export function createAuth(config?: ConfigSource, options?: AuthOptions): Promise<Auth>;

export interface Provider {
  readonly id: string;
  readonly kind: "microsoft" | "google" | "okta" | "oidc";
  readonly label: string;
  readonly icon: string | null;
}

/** A person. They are told apart by issuer and subject, never by their e-mail address. */
export interface User {
  /** The id of the provider in the configuration. */
  readonly provider: string;
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  /** null when the provider does not say. */
  readonly emailVerified: boolean | null;
  readonly picture: string | null;
  readonly groups: readonly string[];
  /** Whether there are more groups than these, which the provider tells elsewhere. */
  readonly hasMoreGroups: boolean;
  /** The claims as the provider sent them, verified. */
  readonly profile: Readonly<Record<string, unknown>>;
  /** When the access token ends, in seconds since 1970. */
  readonly expiresAt: number;
  /** The scopes that were granted, with blanks between them. */
  readonly scope: string;
}

/** Somebody who is signed in here, current or not. */
export interface Account {
  /** To switch to it by. */
  readonly id: string;
  readonly user: Omit<User, "profile" | "expiresAt" | "scope">;
}

export interface Snapshot {
  /** Whether it is not known yet who is signed in. */
  readonly isLoading: boolean;
  readonly isAuthenticated: boolean;
  readonly user: User | null;
  /** What the last sign-in ended with. */
  readonly error: AuthError | null;
  /** Where the browser is on the way to. */
  readonly activeNavigator: "signinRedirect" | "signinPopup" | "signinSilent" | "signoutRedirect" | null;
  /** Everybody who is signed in, the current one first. Empty without `several_accounts`. */
  readonly accounts: readonly Account[];
}

export type ErrorCode =
  // Of sign-in: docs/errors.md.
  | "config-invalid"
  | "crypto-unavailable"
  | "storage-unavailable"
  | "network-offline"
  | "network-timeout"
  | "discovery-unreachable"
  | "discovery-invalid"
  | "issuer-mismatch"
  | "popup-blocked"
  | "popup-closed"
  | "popup-timeout"
  | "silent-refused"
  | "silent-timeout"
  | "aborted"
  | "state-unknown"
  | "response-mixed-up"
  | "response-invalid"
  | "provider-denied"
  | "login-required"
  | "interaction-required"
  | "consent-required"
  | "provider-unavailable"
  | "request-rejected"
  | "token-unreachable"
  | "token-rejected"
  | "token-invalid"
  | "keys-unreachable"
  | "id-token-invalid"
  | "id-token-signature"
  | "id-token-claim"
  | "clock-skew"
  | "account-not-allowed"
  | "email-missing"
  | "userinfo-subject"
  | "session-expired"
  // Of this API: docs/javascript.md.
  | "page-required"
  | "config-unreachable"
  | "webassembly-unavailable"
  | "return-to-elsewhere"
  | "api-redirected"
  | "body-not-replayable"
  | "person-changed"
  | "step-up-required"
  | "internal"
  // More may come.
  | (string & {});

export type Phase =
  | "configuration"
  | "discovery"
  | "authorization"
  | "token"
  | "id-token"
  | "userinfo"
  | "session"
  | "end-session";

/** What promises are rejected with. `message` is for people, `code` for programs. */
export class AuthError extends Error {
  private constructor();
  readonly code: ErrorCode;
  readonly phase: Phase;
  readonly retryable: boolean;
  /** The id of the provider that it happened with. */
  readonly provider: string | null;
  /** For the administrator, in English. */
  readonly details: string | null;
}

export interface LoginOptions {
  /** The id of a provider. Default: the first. */
  provider?: string;
  /** Default: the configuration's `mode`. A popup has to be asked for within a click. */
  mode?: "redirect" | "popup" | "silent";
  /** Where to be afterwards, on this origin. Default: here. */
  returnTo?: string | URL;
  /** The account to suggest. */
  loginHint?: string;
  prompt?: string;
  /** How long ago, in seconds, the person may have signed in at the provider at the most. */
  maxAge?: number;
  acrValues?: string;
  /** The claims to ask for, as JSON. */
  claims?: string;
  uiLocales?: string;
  /** Whether the page is left after all where the popup is blocked or the silent sign-in fails. */
  orRedirect?: boolean;
  /** Seconds after which a popup or a silent sign-in is given up. */
  timeout?: number;
  signal?: AbortSignal;
}

export interface TokenOptions {
  /** Seconds that the token has to be good for. Default: 30. */
  minValidity?: number;
  signal?: AbortSignal;
}

export interface LogoutOptions {
  /** Only here: the provider is not told. */
  local?: boolean;
  /** Everybody who is signed in here. Default: the current account alone. */
  all?: boolean;
}

/** What a stronger sign-in has to bring. */
export interface StepUp {
  readonly acrValues?: string;
  readonly maxAge?: number;
  readonly claims?: string;
}

export type SignedOutReason = "fresh" | "signed-out" | "signed-out-here" | "expired" | "idle" | "interrupted";

/** The events, by name, with what their `detail` holds. */
export interface AuthEvents {
  userLoaded: { readonly user: User };
  userUnloaded: { readonly reason: SignedOutReason | null };
  userSignedOut: { readonly reason: SignedOutReason };
  accessTokenExpiring: { readonly expiresAt: number };
  accessTokenExpired: { readonly expiresAt: number };
  silentRenewError: { readonly error: AuthError };
  sessionExpiring: { readonly endsAt: number; readonly reason: "expired" | "idle" };
  loginStarted: { readonly provider: string };
  loginFailed: { readonly error: AuthError };
  /** `preventDefault()` keeps `fetch` from signing in; the API's answer is handed out. */
  stepUpRequired: StepUp;
}

export interface Auth {
  readonly providers: readonly Provider[];
  /** Always the same object while nothing changes. */
  getSnapshot: () => Snapshot;
  /**
   * Calls the listener with the snapshot, at once and after every change. Returns the function that
   * ends it.
   */
  subscribe: (listener: (snapshot: Snapshot) => void) => () => void;
  /**
   * Signs in: settles with the person, or with null when the browser is leaving the page for it.
   */
  login(options?: LoginOptions): Promise<User | null>;
  /**
   * Settles once it is known who is signed in: after the provider's answer, where the page was opened
   * with one. Rejects when the sign-in failed. The answer is worked on whether or not this is called.
   */
  handleCallback(): Promise<User | null>;
  getAccessToken(options?: TokenOptions): Promise<string>;
  /** `fetch` with the access token, which goes to `api_origins` alone. */
  fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /** Goes on as another of the snapshot's `accounts`, in all tabs. Settles with the person. */
  switchAccount(id: string): Promise<User | null>;
  logout(options?: LogoutOptions): Promise<void>;
  /** Takes the tokens back at the provider and signs out here, without leaving the page. */
  revoke(): Promise<void>;
  /** The person is there: the idle time-out begins anew, in every tab. */
  extendSession(): Promise<void>;
  addEventListener<Name extends keyof AuthEvents>(
    name: Name,
    listener: (event: CustomEvent<AuthEvents[Name]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Name extends keyof AuthEvents>(
    name: Name,
    listener: (event: CustomEvent<AuthEvents[Name]>) => void,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** What the custom elements have in common. */
export interface VestibuleElement extends HTMLElement {
  /** The session of this element, once it is in the page. */
  readonly auth: Promise<Auth> | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    "vestibule-picker": VestibuleElement;
    "vestibule-user": VestibuleElement;
    "vestibule-authenticated": VestibuleElement;
  }
}
