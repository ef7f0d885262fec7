// Renewal: lifetimes, rotation, the end that reuse brings, and what the request log tells of it.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Browser, SignIn } from "../testing/browser.mjs";
import { startProvider } from "../testing/provider.mjs";

let server;
before(async () => {
  server = await startProvider();
});
afterEach(() => server.control("DELETE", "lifetimes"));
after(() => server.stop());

async function signedIn(name = "Ada") {
  const signIn = await SignIn.start(server.provider("plain"), { scope: "openid offline_access" });
  const tokens = await signIn.tokens(new Browser(), name);
  const renew = (token) => signIn.renew(token);
  const userinfo = (token) => signIn.userinfo(token);
  return { tokens, renew, userinfo };
}

const lifetimes = (values) => server.control("POST", "lifetimes", { provider: "plain", ...values });

test("lifetimes are set for what is issued from then on, and taken back", async () => {
  assert.equal((await signedIn()).tokens.expires_in, 3600);
  await lifetimes({ access_token: 20 });
  const { tokens, renew } = await signedIn();
  assert.equal(tokens.expires_in, 20);
  assert.equal((await renew(tokens.refresh_token)).expires_in, 20);
  await server.control("DELETE", "lifetimes");
  assert.equal((await signedIn()).tokens.expires_in, 3600);
});

test("an access token that is over is worth nothing, and a new one is", async () => {
  await lifetimes({ access_token: 1 });
  const { tokens, renew, userinfo } = await signedIn();
  // The library counts lifetimes in whole seconds of the real clock: only time ends them.
  await sleep(2100);
  assert.equal((await userinfo(tokens.access_token)).status, 401);
  assert.equal((await userinfo((await renew(tokens.refresh_token)).access_token)).status, 200);
});

test("a sign-in can be renewed two hundred times, and the log counts them by grant", async () => {
  await server.control("DELETE", "requests");
  const other = await signedIn("Grace");
  const { tokens, renew } = await signedIn();
  let { refresh_token } = tokens;
  const seen = new Set([refresh_token]);
  for (let count = 0; count < 200; count += 1) {
    const renewed = await renew(refresh_token);
    assert.equal(renewed.status, 200);
    ({ refresh_token } = renewed);
    seen.add(refresh_token);
  }
  assert.equal(seen.size, 201);
  await other.renew(other.tokens.refresh_token);

  const { requests } = await server.control("GET", "requests");
  const counts = {};
  for (const { endpoint, grant, grant_type } of requests) {
    if (endpoint === "token") counts[`${grant} ${grant_type}`] = (counts[`${grant} ${grant_type}`] ?? 0) + 1;
  }
  assert.deepEqual(Object.values(counts).sort(), [1, 1, 1, 200]);
  assert.equal(new Set(Object.keys(counts).map((key) => key.split(" ")[0])).size, 2);
  assert.ok(!Object.keys(counts).some((key) => key.startsWith("null")));
});

test("reuse ends the whole grant: the newest refresh token and the access tokens too", async () => {
  const { tokens, renew, userinfo } = await signedIn();
  const renewed = await renew(tokens.refresh_token);
  assert.equal((await userinfo(renewed.access_token)).status, 200);
  assert.equal((await renew(tokens.refresh_token)).error, "invalid_grant");
  assert.equal((await renew(renewed.refresh_token)).error, "invalid_grant");
  assert.equal((await userinfo(renewed.access_token)).status, 401);
});

test("within the grace period an old refresh token may be used again", async () => {
  await lifetimes({ grace: 2 });
  const { tokens, renew } = await signedIn();
  const first = await renew(tokens.refresh_token);
  assert.equal((await renew(tokens.refresh_token)).status, 200);
  await sleep(3100);
  assert.equal((await renew(tokens.refresh_token)).error, "invalid_grant");
  assert.equal((await renew(first.refresh_token)).error, "invalid_grant");
});

test("without rotation the refresh token stays", async () => {
  await lifetimes({ rotation: false });
  const { tokens, renew } = await signedIn();
  assert.equal((await renew(tokens.refresh_token)).refresh_token, tokens.refresh_token);
});

test("a refresh token ends when its time is over, however it was renewed", async () => {
  await lifetimes({ refresh_token: 3 });
  const { tokens, renew } = await signedIn();
  await sleep(1500);
  const renewed = await renew(tokens.refresh_token);
  assert.equal(renewed.status, 200);
  await sleep(2600);
  assert.equal((await renew(renewed.refresh_token)).error, "invalid_grant");
});

test("refuses lifetimes that cannot be", async () => {
  for (const values of [{ access_token: 0 }, { access_token: "20" }, { rotation: 1 }, { grace: -1 }, { more: 1 }]) {
    assert.equal((await lifetimes(values)).status, 400);
  }
  assert.equal((await server.control("POST", "lifetimes", { provider: "nobody", access_token: 1 })).status, 400);
});
