// The types of vestibule-mock.js.

import type { Auth, AuthError, Provider, SignedOutReason, User } from "./vestibule.js";

/** The options of `createMockAuth`. */
export interface MockOptions {
  /** Default: one provider with the id "mock". */
  providers?: Provider[];
  /** The origins that `fetch` sends the mock's token to. Default: none. */
  apiOrigins?: string[];
  /** Who is signed in at first. Default: nobody. */
  user?: Partial<User> | null;
  /** The users that sign in, one at each call of `login`. The last one is used again after that. */
  users?: Partial<User>[];
}

/** A mock of `Auth`, with controls for what happens outside of the application. */
export interface MockAuth extends Auth {
  readonly mock: {
    /** Signs a user in, as another tab would. */
    signIn(user?: Partial<User>): void;
    /** Ends the session, as another tab would. With "expired", as if it had expired. */
    signOut(reason?: SignedOutReason): void;
    /** Announces the end of the session, in seconds since 1970. With "idle", because the user is inactive. */
    expireSoon(endsAt: number, reason?: "expired" | "idle"): void;
    /** Makes the next call of a method fail. "token" means `getAccessToken` and `fetch`. */
    failNext(
      method: "login" | "token" | "logout" | "revoke",
      error: Pick<AuthError, "code"> & Partial<Pick<AuthError, "message" | "phase" | "retryable" | "details">>,
    ): void;
  };
}

/** Creates a mock of what `createAuth` resolves with. It needs no provider and no WebAssembly. */
export function createMockAuth(options?: MockOptions): Promise<MockAuth>;
