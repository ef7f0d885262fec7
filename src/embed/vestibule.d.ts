// The types of vestibule.js. The types of the configuration are generated: see config.d.ts.

import type { Config } from "./config.js";

export type * from "./config.js";

/** A configuration: its URL, or the content of `vestibule.json`. */
export type ConfigSource = string | URL | Config;

/** The options of `createAuth`. */
export interface AuthOptions {
  /** The WebAssembly or its URL. Default: `engine.wasm` in the script's folder. */
  wasm?: WebAssemblySource;
  /**
   * The WebAssembly for administrators, or its URL: it explains configuration mistakes and has the remedies for
   * errors. It's loaded only when one of them is needed. Default: `setup.wasm` in the script's folder.
   */
  setupWasm?: WebAssemblySource;
  /**
   * What `fetch` does when an API requires a stronger sign-in. With "none", it returns the API's response.
   * Default: "redirect".
   */
  stepUp?: "redirect" | "popup" | "none";
  /**
   * Whether the console shows each step of signing in and out, without secrets and personal data, whatever the
   * configuration says. Default: false.
   */
  debug?: boolean;
}

/** WebAssembly, or where to fetch it from. */
export type WebAssemblySource =
  | string
  | URL
  | Response
  | Promise<Response>
  | BufferSource
  | WebAssembly.Module;

/**
 * Opens a configuration. Everybody who opens the same one shares its session.
 *
 * @param config Default: the page's element `<script type="application/json" id="vestibule-config">`, or
 *   else `vestibule.json` next to the page.
 * @returns A promise that rejects with an `AuthError` if the configuration can't be used. Its `details`
 *   list every mistake.
 */
export function createAuth(config?: ConfigSource, options?: AuthOptions): Promise<Auth>;

/** A provider that the user can sign in with. */
export interface Provider {
  /** The provider's id in the configuration. */
  readonly id: string;
  readonly kind: "microsoft" | "google" | "okta" | "oidc";
  /** The name to show. */
  readonly label: string;
  /** The URL of an image, or null. */
  readonly icon: string | null;
}

/** A user. Identify users by issuer and subject, never by email address: those get reassigned. */
export interface User {
  /** The provider's id in the configuration. */
  readonly provider: string;
  /** The ID token's issuer (`iss`). */
  readonly issuer: string;
  /** The user's id at the issuer (`sub`). */
  readonly subject: string;
  readonly name: string | null;
  readonly email: string | null;
  /** null if the provider doesn't say. */
  readonly emailVerified: boolean | null;
  /** The URL of the user's picture. */
  readonly picture: string | null;
  readonly groups: readonly string[];
  /** Whether the user is in more groups than these, which the provider lists elsewhere. */
  readonly hasMoreGroups: boolean;
  /** The claims as the provider sent them, verified. */
  readonly profile: Readonly<Record<string, unknown>>;
  /** When the access token expires, in seconds since 1970. */
  readonly expiresAt: number;
  /** The granted scopes, separated by spaces. */
  readonly scope: string;
}

/** An account that is signed in, active or not. */
export interface Account {
  /** The argument for `switchAccount`. */
  readonly id: string;
  readonly user: Omit<User, "profile" | "expiresAt" | "scope">;
}

/** The state of a session. It's frozen. */
export interface Snapshot {
  /** Whether it isn't known yet who is signed in. */
  readonly isLoading: boolean;
  readonly isAuthenticated: boolean;
  readonly user: User | null;
  /** Why the last sign-in failed. */
  readonly error: AuthError | null;
  /** The visit to the provider that is under way. */
  readonly activeNavigator: "signinRedirect" | "signinPopup" | "signinSilent" | "signoutRedirect" | null;
  /** All signed-in accounts, the active one first. Empty without `several_accounts`. */
  readonly accounts: readonly Account[];
}

/** Identifies an error. */
export type ErrorCode =
  // Sign-in: docs/errors.md.
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
  | "redirect-in-frame"
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
  | "access-token-missing"
  | "userinfo-subject"
  | "session-expired"
  // This API: docs/javascript.md.
  | "page-required"
  | "config-unreachable"
  | "config-refused"
  | "webassembly-unavailable"
  | "browser-too-old"
  | "return-to-elsewhere"
  | "api-redirected"
  | "body-not-replayable"
  | "stream-not-supported"
  | "person-changed"
  | "step-up-required"
  | "internal"
  // Later versions may add more.
  | (string & {});

/** The step that failed. */
export type Phase =
  | "configuration"
  | "discovery"
  | "authorization"
  | "token"
  | "id-token"
  | "userinfo"
  | "session";

/** What the API's promises reject with. `message` is for people, `code` for programs. */
export class AuthError extends Error {
  private constructor();
  readonly code: ErrorCode;
  readonly phase: Phase;
  /** Whether trying again can help. */
  readonly retryable: boolean;
  /** The id of the provider that the error is about. */
  readonly provider: string | null;
  /** For the administrator, in English. */
  readonly details: string | null;
}

/** The options of `login`. */
export interface LoginOptions {
  /** The id of a provider. Default: the first. */
  provider?: string;
  /**
   * How the user signs in. Start a popup in a click handler, or the browser blocks it.
   * Default: the configuration's `mode`.
   */
  mode?: "redirect" | "popup" | "silent";
  /** The URL to return to, on this origin. Default: the current one. */
  returnTo?: string | URL;
  /** The account to suggest (OpenID Connect Core §3.1.2.1). */
  loginHint?: string;
  /** `login`, `consent`, `select_account` or `create`. */
  prompt?: string;
  /** The longest time since the user signed in at the provider, in seconds. */
  maxAge?: number;
  /** The authentication context classes to request, separated by spaces. */
  acrValues?: string;
  /** The claims to request, as JSON (OpenID Connect Core §5.5). */
  claims?: string;
  /** The languages for the provider's pages, separated by spaces. */
  uiLocales?: string;
  /** Whether to fall back to a redirect if the popup is blocked or the silent sign-in fails. */
  orRedirect?: boolean;
  /** How long a popup or a silent sign-in may take, in seconds. Default: 600 for a popup, 10 for a silent one. */
  timeout?: number;
  /** Cancels the sign-in. */
  signal?: AbortSignal;
}

/** The options of `getAccessToken`. */
export interface TokenOptions {
  /** How long the token has to be valid, in seconds. Default: 30. */
  minValidity?: number;
  /** Cancels the wait for the token. */
  signal?: AbortSignal;
}

/** The options of `logout`. */
export interface LogoutOptions {
  /** Signs out only here, not at the provider. */
  local?: boolean;
  /** Signs out all accounts. Default: only the active one. */
  all?: boolean;
}

/** What an API requires of a stronger sign-in (RFC 9470, or Entra's claims challenge). */
export interface StepUp {
  readonly acrValues?: string;
  /** In seconds. */
  readonly maxAge?: number;
  /** As JSON. */
  readonly claims?: string;
}

/** Why nobody is signed in. */
export type SignedOutReason = "fresh" | "signed-out" | "signed-out-here" | "expired" | "idle" | "interrupted";

/** The events by name, with their `detail`. */
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
  /** `preventDefault()` makes `fetch` return the API's response instead of signing in. */
  stepUpRequired: StepUp;
}

/** A step of the trace. docs/debugging.md lists the steps and their members. */
export interface TraceEvent {
  /** When it happened, in seconds since 1970. */
  readonly at: number;
  /** The same, in milliseconds since the page was opened. */
  readonly ms: number;
  readonly step: string;
  readonly [member: string]: string | number | boolean;
}

/** The last steps of a page. It contains no secret, and nothing about the user. */
export interface Trace {
  /** Vestibule's version. */
  readonly version: string;
  readonly userAgent: string;
  /** The page's origin and path. */
  readonly page: string;
  /** When the trace was exported, in seconds since 1970. */
  readonly at: number;
  /** Whether the steps are logged to the console. */
  readonly debug: boolean;
  readonly providers: readonly { readonly id: string; readonly kind: string; readonly issuer: string }[];
  /** The events of failures again. */
  readonly errors: readonly TraceEvent[];
  /** The oldest first. */
  readonly events: readonly TraceEvent[];
}

/** A session. `getSnapshot`, `subscribe` and `fetch` can be called without it. */
export interface Auth {
  /** The configuration's enabled providers, in its order. */
  readonly providers: readonly Provider[];
  /** Returns the current state: the same object until something changes. */
  getSnapshot: () => Snapshot;
  /**
   * Calls the listener with the snapshot, immediately and after every change.
   *
   * @returns A function that unsubscribes the listener.
   */
  subscribe: (listener: (snapshot: Snapshot) => void) => () => void;
  /** Signs in. Resolves with the user, or with null if the browser is leaving the page. */
  login(options?: LoginOptions): Promise<User | null>;
  /**
   * Resolves with the user or null once it's known who is signed in: after the provider's response, if the
   * page was opened with one. Rejects if the sign-in failed. The response is handled whether or not you call
   * this.
   */
  handleCallback(): Promise<User | null>;
  /** Resolves with an access token that is valid long enough, renewed if necessary. */
  getAccessToken(options?: TokenOptions): Promise<string>;
  /** `fetch` with the access token, which is sent only to `api_origins`. */
  fetch: (input: RequestInfo | URL, init?: RequestInit) => Promise<Response>;
  /** Switches to another of the snapshot's `accounts`, in all tabs. Resolves with its user. */
  switchAccount(id: string): Promise<User | null>;
  /** Signs out, here and at the provider. */
  logout(options?: LogoutOptions): Promise<void>;
  /** Revokes the tokens at the provider and signs out here, without leaving the page. */
  revoke(): Promise<void>;
  /** Confirms that the user is there: restarts the idle timeout in all tabs. */
  extendSession(): Promise<void>;
  /** Returns the last steps, for whoever looks for the cause of a failure. */
  exportTrace(): Trace;
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

/** What all custom elements have in common. */
export interface VestibuleElement extends HTMLElement {
  /** The element's session, once the element is in the page. */
  readonly auth: Promise<Auth> | undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    "vestibule-picker": VestibuleElement;
    "vestibule-user": VestibuleElement;
    "vestibule-authenticated": VestibuleElement;
  }
}
