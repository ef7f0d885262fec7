// The API as programs use it, played by the mock: what is tested here is the same for both.

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
const refusal = (work) => work.then(() => "nothing was refused", (error) => error.code);

test("a snapshot is the same object while nothing changes, and frozen", async () => {
  const auth = await createMockAuth({ user: ADA });
  const first = auth.getSnapshot();
  assert.equal(auth.getSnapshot(), first);
  await auth.getAccessToken();
  assert.equal(auth.getSnapshot(), first);
  assert.throws(() => (first.user.name = "Eve"), TypeError);
  assert.throws(() => (first.user.profile.sub = "eve"), TypeError);
  await auth.logout();
  const nobody = auth.getSnapshot();
  assert.deepEqual(nobody, { isLoading: false, isAuthenticated: false, user: null, error: null, activeNavigator: null, accounts: [] });
  auth.mock.signOut();
  assert.equal(auth.getSnapshot(), nobody);
});

test("subscribers get the snapshot at once and after every change, until they end it", async () => {
  const auth = await createMockAuth();
  const heard = [];
  const end = auth.subscribe(({ user }) => heard.push(user?.name ?? null));
  const endSecond = auth.subscribe(() => heard.push("second"));
  auth.subscribe(() => {
    throw new Error("a listener that fails keeps nobody from hearing");
  });
  auth.mock.signIn(ADA);
  end();
  endSecond();
  auth.mock.signOut();
  assert.deepEqual(heard, [null, "second", "Ada Lovelace", "second"]);
});

test("functions that frameworks take out of the object work without it", async () => {
  const { subscribe, getSnapshot, fetch } = await createMockAuth({ user: ADA });
  subscribe(() => {})();
  assert.equal(getSnapshot().user.name, "Ada Lovelace");
  assert.equal((await fetch("data:text/plain,x")).status, 200);
});

test("a sign-in is told as events, without a token in any", async () => {
  const auth = await createMockAuth({ users: [ADA] });
  const heard = [];
  for (const name of ["userLoaded", "userUnloaded", "userSignedOut", "loginFailed"]) {
    auth.addEventListener(name, ({ type, detail }) => heard.push([type, Object.keys(detail)[0]]));
  }
  auth.mock.failNext("login", { code: "provider-denied", message: "No." });
  await assert.rejects(auth.login(), (error) => error instanceof AuthError && error.code === "provider-denied");
  assert.equal(auth.getSnapshot().error.code, "provider-denied");
  assert.equal((await auth.login()).name, "Ada Lovelace");
  assert.equal(auth.getSnapshot().error, null);
  const token = await auth.getAccessToken();
  assert.ok(!JSON.stringify([auth.getSnapshot(), heard]).includes(token));
  await auth.logout();
  assert.deepEqual(heard, [
    ["loginFailed", "error"],
    ["userLoaded", "user"],
    ["userUnloaded", "reason"],
    ["userSignedOut", "reason"],
  ]);
});

test("what ends is told ahead and when it ends", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const auth = await createMockAuth({ user: { ...ADA, expiresAt: 1100 } });
  const heard = [];
  for (const name of ["accessTokenExpiring", "accessTokenExpired"]) auth.addEventListener(name, ({ type }) => heard.push(type));
  context.mock.timers.tick(39_000);
  assert.deepEqual(heard, []);
  context.mock.timers.tick(1_000);
  assert.deepEqual(heard, ["accessTokenExpiring"]);
  context.mock.timers.tick(60_000);
  assert.deepEqual(heard, ["accessTokenExpiring", "accessTokenExpired"]);
  // Renewed tokens begin anew, and nobody has any left.
  auth.mock.signIn({ ...ADA, expiresAt: 1300 });
  auth.mock.signOut();
  context.mock.timers.tick(1_000_000);
  assert.equal(heard.length, 2);
});

test("the end of a token is told at the right time by a clock that is wrong", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const session = { id: "1", user: { ...ADA, expiresAt: 90_000 }, expiresIn: 100 };
  const engine = {
    async open(_config, report) {
      report(JSON.stringify({ session }));
      return JSON.stringify({ handle: 0, providers: [], apiOrigins: [] });
    },
  };
  const auth = await Auth.open(engine, "");
  const heard = [];
  auth.addEventListener("accessTokenExpired", ({ detail }) => heard.push(detail.expiresAt));
  context.mock.timers.tick(99_000);
  assert.deepEqual(heard, []);
  context.mock.timers.tick(1_000);
  assert.deepEqual(heard, [90_000]);
});

test("the end of a session is told ahead, once", async () => {
  const auth = await createMockAuth({ user: ADA });
  const heard = [];
  auth.addEventListener("sessionExpiring", ({ detail }) => heard.push(detail));
  auth.mock.expireSoon(2_000_000_000, "idle");
  await auth.getAccessToken();
  assert.deepEqual(heard, [{ endsAt: 2_000_000_000, reason: "idle" }]);
});

test("who says to be there keeps the idle time-out off, and no other end", async () => {
  const auth = await createMockAuth({ user: ADA });
  const heard = [];
  auth.addEventListener("sessionExpiring", ({ detail }) => heard.push(detail.reason));
  for (const [endsAt, reason] of [[2_000_000_000, "idle"], [2_000_000_001, "expired"]]) {
    auth.mock.expireSoon(endsAt, reason);
    await auth.stay();
    // Told anew where it had gone.
    auth.mock.expireSoon(endsAt, reason);
  }
  assert.deepEqual(heard, ["idle", "idle", "expired"]);
});

test("every promise comes to an end when it is called off", async () => {
  const auth = await createMockAuth({ user: ADA });
  const { signal } = AbortController && { signal: AbortSignal.abort() };
  assert.equal(await refusal(auth.getAccessToken({ signal })), "aborted");
  assert.equal(await refusal(auth.login({ signal })), "aborted");
  auth.mock.signOut();
  assert.equal(await refusal(auth.getAccessToken()), "login-required");
  assert.equal(await auth.handleCallback(), null);
});

test("people are sent back to this origin only", async () => {
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
    assert.equal(await refusal(auth.login({ returnTo: place })), "return-to-elsewhere", place);
  }
  for (const place of ["/", "#part", "?a=b", "deep/link", "https://app.example.com/x", new URL("https://app.example.com/y")]) {
    await auth.login({ returnTo: place });
  }
});

test("an API that wants a stronger sign-in gets it, unless somebody prevents it", async (context) => {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    const isStrong = asked.at(-1) !== asked[0];
    const challenge = 'Bearer error="insufficient_user_authentication", acr_values="phr", max_age="5"';
    response.writeHead(isStrong ? 200 : 401, isStrong ? {} : { "www-authenticate": challenge }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;

  const auth = await createMockAuth({ user: ADA, users: [ADA], apiOrigins: [origin] });
  const wanted = [];
  const prevent = (event) => {
    wanted.push(event.detail);
    event.preventDefault();
  };
  auth.addEventListener("stepUpRequired", prevent);
  assert.equal((await auth.fetch(origin)).status, 401);
  auth.removeEventListener("stepUpRequired", prevent);
  assert.deepEqual(wanted, [{ acrValues: "phr", maxAge: 5 }]);
  assert.equal((await auth.fetch(origin)).status, 200);
  assert.equal(asked.length, 3);
});

test("who wants the same stronger sign-in at the same time shares one", async (context) => {
  const origin = "https://api.example.com";
  const challenge = 'Bearer error="insufficient_user_authentication", acr_values="phr"';
  let refused = 0;
  let signIns = 0;
  let finish;
  const finished = new Promise((resolve) => (finish = resolve));
  context.mock.method(globalThis, "fetch", async () => {
    if (refused === 3) return new Response();
    // The sign-in takes until all three were refused.
    if (++refused === 3) setImmediate(finish);
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
