// The types of vestibule-mock.js.

import type { Auth, AuthError, Provider, SignedOutReason, User } from "./vestibule.js";

export interface MockOptions {
  providers?: Provider[];
  /** The origins that `fetch` sends the mock token to. */
  apiOrigins?: string[];
  /** Who is signed in at first. */
  user?: Partial<User> | null;
  /** Who signs in, one after the other; the last stays. */
  users?: Partial<User>[];
}

export interface MockAuth extends Auth {
  /** What happens beside the program. */
  readonly mock: {
    /** Somebody is signed in, as by another tab. */
    signIn(user?: Partial<User>): void;
    /** The session ends, as by another tab, or by itself with "expired". */
    signOut(reason?: SignedOutReason): void;
    /** The session is about to end, at this time in seconds since 1970. */
    expireSoon(endsAt: number, reason?: "expired" | "idle"): void;
    /** The next call of this name fails like this. */
    failNext(
      what: "login" | "token" | "logout" | "revoke",
      error: Pick<AuthError, "code"> & Partial<Pick<AuthError, "message" | "phase" | "retryable" | "details">>,
    ): void;
  };
}

/** An `auth` like that of `createAuth`, without a provider and without WebAssembly. */
export function createMockAuth(options?: MockOptions): Promise<MockAuth>;
