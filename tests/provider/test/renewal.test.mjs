// Refresh tokens: lifetimes, rotation, reuse, and the request log.

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

async function signIn(name = "Ada") {
  const session = await SignIn.start(server.provider("plain"), { scope: "openid offline_access" });
  const tokens = await session.tokens(new Browser(), name);
  const renew = (token) => session.renew(token);
  const userinfo = (token) => session.userinfo(token);
  return { tokens, renew, userinfo };
}

const lifetimes = (values) => server.control("POST", "lifetimes", { provider: "plain", ...values });

test("lifetimes apply to what is issued afterwards, and can be reset", async () => {
  assert.equal((await signIn()).tokens.expires_in, 3600);
  await lifetimes({ access_token: 20 });
  const { tokens, renew } = await signIn();
  assert.equal(tokens.expires_in, 20);
  assert.equal((await renew(tokens.refresh_token)).expires_in, 20);
  await server.control("DELETE", "lifetimes");
  assert.equal((await signIn()).tokens.expires_in, 3600);
});

test("rejects an expired access token, and accepts a renewed one", async () => {
  await lifetimes({ access_token: 1 });
  const { tokens, renew, userinfo } = await signIn();
  // The library counts in whole seconds of the real clock, so the test has to wait.
  await sleep(2100);
  assert.equal((await userinfo(tokens.access_token)).status, 401);
  assert.equal((await userinfo((await renew(tokens.refresh_token)).access_token)).status, 200);
});

test("renews two hundred times, and logs the requests by grant", async () => {
  await server.control("DELETE", "requests");
  const other = await signIn("Grace");
  const { tokens, renew } = await signIn();
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

test("reuse revokes the whole grant, with the newest refresh token and the access tokens", async () => {
  const { tokens, renew, userinfo } = await signIn();
  const renewed = await renew(tokens.refresh_token);
  assert.equal((await userinfo(renewed.access_token)).status, 200);
  assert.equal((await renew(tokens.refresh_token)).error, "invalid_grant");
  assert.equal((await renew(renewed.refresh_token)).error, "invalid_grant");
  assert.equal((await userinfo(renewed.access_token)).status, 401);
});

test("accepts an old refresh token within the grace period", async () => {
  await lifetimes({ grace: 2 });
  const { tokens, renew } = await signIn();
  const first = await renew(tokens.refresh_token);
  assert.equal((await renew(tokens.refresh_token)).status, 200);
  await sleep(3100);
  assert.equal((await renew(tokens.refresh_token)).error, "invalid_grant");
  assert.equal((await renew(first.refresh_token)).error, "invalid_grant");
});

test("without rotation, the refresh token stays the same", async () => {
  await lifetimes({ rotation: false });
  const { tokens, renew } = await signIn();
  assert.equal((await renew(tokens.refresh_token)).refresh_token, tokens.refresh_token);
});

test("a rotated refresh token expires with the first one", async () => {
  await lifetimes({ refresh_token: 3 });
  const { tokens, renew } = await signIn();
  await sleep(1500);
  const renewed = await renew(tokens.refresh_token);
  assert.equal(renewed.status, 200);
  await sleep(2600);
  assert.equal((await renew(renewed.refresh_token)).error, "invalid_grant");
});

test("rejects invalid lifetimes", async () => {
  for (const values of [{ access_token: 0 }, { access_token: "20" }, { rotation: 1 }, { grace: -1 }, { more: 1 }]) {
    assert.equal((await lifetimes(values)).status, 400);
  }
  assert.equal((await server.control("POST", "lifetimes", { provider: "nobody", access_token: 1 })).status, 400);
});
