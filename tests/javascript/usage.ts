// Uses the types of vestibule.d.ts. This file is compiled, but never run.

import { AuthError, createAuth, type Account, type Auth, type Snapshot, type Trace, type User } from "../../src/embed/vestibule.js";
import { createMockAuth } from "../../src/embed/vestibule-mock.js";

const auth: Auth = await createAuth("vestibule.json");
await createAuth();
await createAuth(new URL("https://app.example.com/vestibule.json"), { wasm: "/assets/engine.wasm" });
await createAuth({
  providers: [{ id: "work", kind: "microsoft", client_id: "c", tenant: "organizations" }],
  api_origins: ["https://api.example.com"],
});
// @ts-expect-error: the kind is unknown.
await createAuth({ providers: [{ id: "work", kind: "myspace", client_id: "c" }] });

const snapshot: Snapshot = auth.getSnapshot();
const user: User | null = snapshot.user;
const name: string = user?.name ?? "unknown";
const family: unknown = user?.profile["family_name"];
// @ts-expect-error: snapshots are read-only.
snapshot.isLoading = false;
// @ts-expect-error: users have no tokens.
user?.accessToken;

const unsubscribe: () => void = auth.subscribe(() => console.log(name, family));
unsubscribe();

auth.addEventListener("userLoaded", ({ detail }) => console.log(detail.user.subject));
auth.addEventListener("loginFailed", ({ detail }) => console.log(detail.error.code), { once: true });
// @ts-expect-error: there is no such event.
auth.addEventListener("userLoded", () => {});

const { signal } = new AbortController();
try {
  await auth.login({ provider: "work", returnTo: "/orders?open#7", signal });
  await auth.login();
  // @ts-expect-error: the mode is unknown.
  await auth.login({ mode: "window" });
} catch (error) {
  if (error instanceof AuthError && error.code === "provider-denied" && error.retryable) console.log(error.message);
}
const token: string = await auth.getAccessToken({ minValidity: 60, signal });
const response: Response = await auth.fetch("https://api.example.com/orders", { method: "POST", body: token });
await auth.handleCallback();
const [, other]: readonly Account[] = auth.getSnapshot().accounts;
if (other?.user.email) await auth.switchAccount(other.id);
// @ts-expect-error: inactive accounts have no expiresAt.
console.log(other?.user.expiresAt);
await auth.logout({ local: response.ok, all: true });
await auth.revoke();
await auth.extendSession();
const { version, errors, events }: Trace = auth.exportTrace();
console.log(version, errors.length, events[0]?.step, events[0]?.["status"]);
await createAuth("vestibule.json", { debug: true });

const picker = document.querySelector("vestibule-picker");
const shared: Auth | undefined = await picker?.auth;
console.log(shared === auth);

const mock = await createMockAuth({ users: [{ name: "Ada Lovelace" }], apiOrigins: ["https://api.example.com"] });
const sameShape: Auth = mock;
mock.mock.failNext("login", { code: "provider-denied" });
// @ts-expect-error: subscribe never fails.
mock.mock.failNext("subscribe", { code: "aborted" });
console.log(sameShape.providers);

export {};
