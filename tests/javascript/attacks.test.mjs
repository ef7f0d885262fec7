// Attacks on `auth.fetch`: addresses that only look like the API's, and APIs that try to get a token sent elsewhere,
// repeated or used for somebody else. What counts is which requests carry a token.

import assert from "node:assert/strict";
import test from "node:test";

import { readChallenges } from "../../src/embed/challenge.js";
import { authorizedFetch, stepUpRequirements } from "../../src/embed/fetch.js";

const API = "https://api.example.com";
const ok = () => new Response("[]");

/** Replaces `fetch` during a test. Returns the requests that it received. */
function record(context, respond = ok) {
  const requests = [];
  context.mock.method(globalThis, "fetch", async (request) => {
    requests.push({ url: request.url, token: request.headers.get("authorization"), redirect: request.redirect });
    return respond(request, requests.length);
  });
  return requests;
}

/** The options of `authorizedFetch` for somebody who stays signed in. Counts the tokens that it hands out. */
function session(person = "ada") {
  const options = {
    apiOrigins: new Set([API]),
    handedOut: 0,
    token: async () => ({ token: `token-${++options.handedOut}`, person }),
    stepUp: async () => false,
  };
  return options;
}

test("sends no token to an address that only looks like the API's", async (context) => {
  const requests = record(context);
  const options = session();
  const addresses = [
    "https://api.example.com:8443/",
    "https://api.example.com./",
    "https://api.example.com.evil.example/",
    "https://api.example.com@evil.example/",
    "https://evil.example/https://api.example.com/",
    "https://evil.example\\@api.example.com/",
    "https:evil.example/api.example.com",
    "https:\\\\evil.example\\api.example.com",
    "http://api.example.com/",
    "https://xn--pi-0ia.example.com/",
    "https://API.example.com.evil.example/",
    "https://api.example.com%2eevil.example/",
    "ws://api.example.com/",
    "data:text/plain,https://api.example.com/",
    // Not `blob:`, which counts as the origin that made it: a request for one never leaves the browser.
  ];
  for (const address of addresses) {
    // No browser asks for some of them at all.
    await authorizedFetch(address, { method: "POST", body: "a=b" }, options).catch((error) => {
      assert.ok(error instanceof TypeError, address);
    });
  }
  assert.ok(requests.length > 10);
  assert.ok(requests.every(({ token }) => token === null));
  assert.equal(options.handedOut, 0);
  // Other spellings of the API's own origin are the API.
  for (const address of ["https://API.example.com/", "https://api.example.com:443/", "https:\\\\api.example.com\\x"]) {
    await authorizedFetch(address, {}, options);
    assert.match(requests.at(-1).token, /^Bearer token-/);
  }
});

test("reads the address once, whatever object it comes from", async (context) => {
  const requests = record(context);
  const options = session();
  let reads = 0;
  const changing = { toString: () => (reads++ === 0 ? `${API}/orders` : "https://evil.example/") };
  await authorizedFetch(changing, {}, options);
  assert.equal(reads, 1);
  assert.deepEqual(requests.map(({ url }) => url), [`${API}/orders`]);

  class Disguised extends Request {
    get url() {
      return `${API}/orders`;
    }
  }
  await authorizedFetch(new Disguised("https://evil.example/"), {}, options);
  assert.deepEqual(requests[1], { url: "https://evil.example/", token: null, redirect: "follow" });
  assert.equal(options.handedOut, 1);
});

test("follows no redirect with a token, whatever the caller asks for", async (context) => {
  const redirected = () => ({ type: "opaqueredirect", status: 0, headers: new Headers() });
  const requests = record(context, redirected);
  for (const redirect of ["follow", "error", undefined]) {
    await assert.rejects(authorizedFetch(`${API}/moved`, { redirect }, session()), { code: "api-redirected" });
  }
  const response = await authorizedFetch(`${API}/moved`, { redirect: "manual" }, session());
  assert.equal(response.type, "opaqueredirect");
  assert.equal(requests.length, 4);
  assert.ok(requests.every(({ redirect, token }) => redirect === "manual" && token === "Bearer token-1"));
});

test("the caller can't put another token in, nor take the address over", async (context) => {
  const requests = record(context);
  const input = new Request(`${API}/orders`, { headers: { authorization: "Bearer of-eve" } });
  await authorizedFetch(input, { headers: { Authorization: "Bearer of-eve" } }, session());
  await authorizedFetch(input, { url: "https://evil.example/", redirect: "follow" }, session());
  for (const request of requests) {
    assert.deepEqual(request, { url: `${API}/orders`, token: "Bearer token-1", redirect: "manual" });
  }
  assert.equal(requests.length, 2);
});

test("thirty rejected requests are each repeated once, with another token", async (context) => {
  const requests = record(context, () => new Response("", { status: 401 }));
  const options = session();
  options.token = async (rejected) => ({ token: rejected ? "second" : "first", person: "ada" });
  const all = Array.from({ length: 30 }, (_, n) => authorizedFetch(`${API}/orders/${n}`, {}, options));
  for (const response of await Promise.all(all)) assert.equal(response.status, 401);
  for (let n = 0; n < 30; n++) {
    const tokens = requests.filter(({ url }) => url === `${API}/orders/${n}`).map(({ token }) => token);
    assert.deepEqual(tokens, ["Bearer first", "Bearer second"]);
  }
});

test("a request of Ada's is never repeated for Eve, who stepped up in between", async (context) => {
  const challenge = { "www-authenticate": 'Bearer error="insufficient_user_authentication"' };
  const requests = record(context, () => new Response("", { status: 401, headers: challenge }));
  let person = "ada";
  const options = {
    ...session(),
    token: async () => ({ token: `of-${person}`, person }),
    stepUp: async () => {
      person = "eve";
      return true;
    },
  };
  const payment = { method: "POST", body: "to=eve" };
  await assert.rejects(authorizedFetch(`${API}/pay`, payment, options), { code: "person-changed" });
  assert.deepEqual(requests.map(({ token }) => token), ["Bearer of-ada"]);
});

test("a hostile challenge asks for nothing but a stronger sign-in", () => {
  const insufficient = 'Bearer error="insufficient_user_authentication"';
  const allowed = ["acrValues", "maxAge", "claims"];
  for (const [header, expected] of [
    [`${insufficient}, redirect_uri="https://evil.example/", provider="evil", prompt="none"`, {}],
    [`${insufficient}, __proto__="x", constructor="y", toString="z"`, {}],
    [`${insufficient}, acr_values="phr&redirect_uri=https://evil.example/"`, { acrValues: "phr&redirect_uri=https://evil.example/" }],
    [`${insufficient}, max_age="-1"`, {}],
    [`${insufficient}, max_age="1e9"`, {}],
    [`${insufficient}, max_age="99999999999999999999"`, {}],
    [`Basic error="insufficient_user_authentication"`, undefined],
    [`Bearer error="insufficient_claims", claims="bm90IEpTT04"`, undefined],
    [`Bearer error="insufficient_claims", claims="!!!"`, undefined],
    [`Bearer error="insufficient_claims"`, undefined],
    [`Bearer realm="Bearer error=\\"insufficient_user_authentication\\""`, undefined],
  ]) {
    const requirements = stepUpRequirements(readChallenges(header));
    assert.deepEqual(requirements, expected, header);
    for (const name of Object.keys(requirements ?? {})) assert.ok(allowed.includes(name), header);
  }
  assert.equal({}.x, undefined);
});

test("what a script adds to every object decides nothing", async (context) => {
  const requests = record(context);
  const additions = {
    redirect: "follow",
    error: "insufficient_user_authentication",
    acr_values: "evil",
    parameters: { error: "insufficient_user_authentication" },
    stepUp: async () => true,
    provider: "evil",
  };
  Object.assign(Object.prototype, additions);
  try {
    for (const header of ["Bearer", "Bearer realm=x", 'Bearer error="invalid_token"']) {
      assert.equal(stepUpRequirements(readChallenges(header)), undefined, header);
    }
    assert.equal((await authorizedFetch(`${API}/moved`, {}, session())).status, 200);
  } finally {
    for (const name of Object.keys(additions)) delete Object.prototype[name];
  }
  assert.deepEqual(requests, [{ url: `${API}/moved`, token: "Bearer token-1", redirect: "manual" }]);
});

test("a huge challenge is read at once", () => {
  const started = performance.now();
  for (const piece of ["A", "Bearer ", "a=b,", 'a="', '\\"', "a=", ", ,", "=", "Bearer a=b Bearer", " ", "\t,"]) {
    const long = piece.repeat(20_000);
    for (const header of [`Bearer ${long}`, `Bearer a="${long}`, `Bearer a=${long}`]) readChallenges(header);
  }
  stepUpRequirements(readChallenges(`Bearer error="insufficient_claims", claims="${"A".repeat(200_000)}"`));
  assert.ok(performance.now() - started < 2000, `${performance.now() - started} ms`);
});
