// The JavaScript API, mostly through the mock, which shares this code with the real one.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import test from "node:test";

import { Auth } from "../../src/embed/auth.js";
import { AuthError } from "../../src/embed/error.js";
import { createMockAuth } from "../../src/embed/vestibule-mock.js";

globalThis.location ??= new URL("https://app.example.com/orders?open#7");
globalThis.reportError ??= () => {};

const ADA = { name: "Ada Lovelace", subject: "ada" };
const errorCode = (promise) => promise.then(() => "no error", (error) => error.code);

test("a snapshot is frozen, and the same object until something changes", async () => {
  const auth = await createMockAuth({ user: ADA });
  const first = auth.getSnapshot();
  assert.equal(auth.getSnapshot(), first);
  await auth.getAccessToken();
  assert.equal(auth.getSnapshot(), first);
  assert.throws(() => (first.user.name = "Eve"), TypeError);
  assert.throws(() => (first.user.profile.sub = "eve"), TypeError);
  await auth.logout();
  const signedOut = auth.getSnapshot();
  assert.deepEqual(signedOut, { isLoading: false, isAuthenticated: false, user: null, error: null, activeNavigator: null, accounts: [] });
  auth.mock.signOut();
  assert.equal(auth.getSnapshot(), signedOut);
});

test("subscribers get the snapshot immediately and after every change, until they unsubscribe", async () => {
  const auth = await createMockAuth();
  const received = [];
  const unsubscribe = auth.subscribe(({ user }) => received.push(user?.name ?? null));
  const unsubscribeSecond = auth.subscribe(() => received.push("second"));
  auth.subscribe(() => {
    throw new Error("other listeners are still called");
  });
  auth.mock.signIn(ADA);
  unsubscribe();
  unsubscribeSecond();
  auth.mock.signOut();
  assert.deepEqual(received, [null, "second", "Ada Lovelace", "second"]);
});

test("methods work without their object", async () => {
  const { subscribe, getSnapshot, fetch } = await createMockAuth({ user: ADA });
  subscribe(() => {})();
  assert.equal(getSnapshot().user.name, "Ada Lovelace");
  assert.equal((await fetch("data:text/plain,x")).status, 200);
});

test("signing in and out fires events without tokens", async () => {
  const auth = await createMockAuth({ users: [ADA] });
  const received = [];
  for (const name of ["userLoaded", "userUnloaded", "userSignedOut", "loginFailed"]) {
    auth.addEventListener(name, ({ type, detail }) => received.push([type, Object.keys(detail)[0]]));
  }
  auth.mock.failNext("login", { code: "provider-denied", message: "No." });
  await assert.rejects(auth.login(), (error) => error instanceof AuthError && error.code === "provider-denied");
  assert.equal(auth.getSnapshot().error.code, "provider-denied");
  assert.equal((await auth.login()).name, "Ada Lovelace");
  assert.equal(auth.getSnapshot().error, null);
  const token = await auth.getAccessToken();
  assert.ok(!JSON.stringify([auth.getSnapshot(), received]).includes(token));
  await auth.logout();
  assert.deepEqual(received, [
    ["loginFailed", "error"],
    ["userLoaded", "user"],
    ["userUnloaded", "reason"],
    ["userSignedOut", "reason"],
  ]);
});

test("accessTokenExpiring fires ahead of time, accessTokenExpired at the end", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const auth = await createMockAuth({ user: { ...ADA, expiresAt: 1100 } });
  const received = [];
  for (const name of ["accessTokenExpiring", "accessTokenExpired"]) auth.addEventListener(name, ({ type }) => received.push(type));
  context.mock.timers.tick(39_000);
  assert.deepEqual(received, []);
  context.mock.timers.tick(1_000);
  assert.deepEqual(received, ["accessTokenExpiring"]);
  context.mock.timers.tick(60_000);
  assert.deepEqual(received, ["accessTokenExpiring", "accessTokenExpired"]);
  // New tokens start new timers, and signing out stops them.
  auth.mock.signIn({ ...ADA, expiresAt: 1300 });
  auth.mock.signOut();
  context.mock.timers.tick(1_000_000);
  assert.equal(received.length, 2);
});

test("accessTokenExpired fires in time although the clock is wrong", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const session = { id: "1", user: { ...ADA, expiresAt: 90_000 }, expiresIn: 100 };
  const wasm = {
    async open(_config, report) {
      report(JSON.stringify({ session }));
      return JSON.stringify({ handle: 0, providers: [], apiOrigins: [] });
    },
  };
  const auth = await Auth.open(wasm, "");
  const received = [];
  auth.addEventListener("accessTokenExpired", ({ detail }) => received.push(detail.expiresAt));
  context.mock.timers.tick(99_000);
  assert.deepEqual(received, []);
  context.mock.timers.tick(1_000);
  assert.deepEqual(received, [90_000]);
});

test("sessionExpiring fires once", async () => {
  const auth = await createMockAuth({ user: ADA });
  const received = [];
  auth.addEventListener("sessionExpiring", ({ detail }) => received.push(detail));
  auth.mock.expireSoon(2_000_000_000, "idle");
  await auth.getAccessToken();
  assert.deepEqual(received, [{ endsAt: 2_000_000_000, reason: "idle" }]);
});

test("extending the session postpones the idle timeout, but not the maximum session", async () => {
  const auth = await createMockAuth({ user: ADA });
  const received = [];
  auth.addEventListener("sessionExpiring", ({ detail }) => received.push(detail.reason));
  for (const [endsAt, reason] of [[2_000_000_000, "idle"], [2_000_000_001, "expired"]]) {
    auth.mock.expireSoon(endsAt, reason);
    await auth.extendSession();
    // Fires again if the warning was withdrawn.
    auth.mock.expireSoon(endsAt, reason);
  }
  assert.deepEqual(received, ["idle", "idle", "expired"]);
});

test("promises reject if their signal is aborted", async () => {
  const auth = await createMockAuth({ user: ADA });
  const { signal } = AbortController && { signal: AbortSignal.abort() };
  assert.equal(await errorCode(auth.getAccessToken({ signal })), "aborted");
  assert.equal(await errorCode(auth.login({ signal })), "aborted");
  auth.mock.signOut();
  assert.equal(await errorCode(auth.getAccessToken()), "login-required");
  assert.equal(await auth.handleCallback(), null);
});

test("returnTo accepts this origin only", async () => {
  const auth = await createMockAuth();
  for (const place of [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://app.example.com@evil.example/",
    "https://app.example.com.evil.example/",
    "http://app.example.com/",
    "/.//evil.example",
    "blob:https://app.example.com/x",
  ]) {
    assert.equal(await errorCode(auth.login({ returnTo: place })), "return-to-elsewhere", place);
  }
  for (const place of ["/", "#part", "?a=b", "deep/link", "https://app.example.com/x", new URL("https://app.example.com/y")]) {
    await auth.login({ returnTo: place });
  }
});

test("an API that requires a step-up gets it, unless a listener prevents it", async (context) => {
  const authorizations = [];
  const server = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    const isStrong = authorizations.at(-1) !== authorizations[0];
    const challenge = 'Bearer error="insufficient_user_authentication", acr_values="phr", max_age="5"';
    response.writeHead(isStrong ? 200 : 401, isStrong ? {} : { "www-authenticate": challenge }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;

  const auth = await createMockAuth({ user: ADA, users: [ADA], apiOrigins: [origin] });
  const challenges = [];
  const prevent = (event) => {
    challenges.push(event.detail);
    event.preventDefault();
  };
  auth.addEventListener("stepUpRequired", prevent);
  assert.equal((await auth.fetch(origin)).status, 401);
  auth.removeEventListener("stepUpRequired", prevent);
  assert.deepEqual(challenges, [{ acrValues: "phr", maxAge: 5 }]);
  assert.equal((await auth.fetch(origin)).status, 200);
  assert.equal(authorizations.length, 3);
});

test("concurrent requests share one step-up", async (context) => {
  const origin = "https://api.example.com";
  const challenge = 'Bearer error="insufficient_user_authentication", acr_values="phr"';
  let rejected = 0;
  let signIns = 0;
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  context.mock.method(globalThis, "fetch", async () => {
    if (rejected === 3) return new Response();
    // Finish the sign-in after the API has rejected all three.
    if (++rejected === 3) setImmediate(finish);
    return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
  });
  const answers = {
    login: async () => {
      signIns++;
      await finished;
      return { signedIn: true };
    },
    token: async () => ({ token: "token", person: "ada" }),
    abort: async () => ({}),
  };
  const auth = await Auth.open(
    {
      open: async (_config, report) => {
        report(JSON.stringify({ session: { id: "1", user: ADA } }));
        return JSON.stringify({ handle: 0, providers: [{ id: "work" }], apiOrigins: [origin] });
      },
      call: async (_handle, what) => JSON.stringify(await answers[what]()),
    },
    "",
  );
  const all = await Promise.all(["/1", "/2", "/3"].map((path) => auth.fetch(origin + path)));
  assert.deepEqual(all.map(({ status }) => status), [200, 200, 200]);
  assert.equal(signIns, 1);
});
