// Every kind of fault does what README.md says, and clearing removes it completely.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, errors, jwtVerify } from "jose";

import { Browser, fetchFromPage, SignIn } from "../testing/browser.mjs";
import { PAGE, PAGE_ORIGIN, startProvider } from "../testing/provider.mjs";

let server;
let plain;
let metadata;
before(async () => {
  server = await startProvider();
  plain = server.provider("plain");
  metadata = await (await fetchFromPage(`${plain.issuer}/.well-known/openid-configuration`)).json();
});
afterEach(() => server.control("DELETE", "faults"));
after(() => server.stop());

async function fault(endpoint, kind, fields = {}) {
  const response = await server.control("POST", "faults", { provider: "plain", endpoint, kind, ...fields });
  assert.equal(response.status, 200, response.error);
}

const urlOf = (endpoint) =>
  endpoint === "discovery" ? `${plain.issuer}/.well-known/openid-configuration` : metadata[ENDPOINTS[endpoint]];
const ENDPOINTS = {
  jwks: "jwks_uri",
  token: "token_endpoint",
  userinfo: "userinfo_endpoint",
  authorization: "authorization_endpoint",
  end_session: "end_session_endpoint",
};

async function idToken() {
  const signIn = await SignIn.start(plain);
  return { ...(await signIn.tokens(new Browser(), "Ada")), nonce: signIn.parameters.nonce };
}

async function verify(token, algorithms) {
  const keys = createLocalJWKSet(await (await fetchFromPage(metadata.jwks_uri)).json());
  return jwtVerify(token, keys, { algorithms });
}

for (const endpoint of ["discovery", ...Object.keys(ENDPOINTS)]) {
  test(`status sets status, body and headers of the ${endpoint} endpoint, readable by the page`, async () => {
    await fault(endpoint, "status", { status: 503, body: { error: "busy" }, headers: { "Retry-After": "7" } });
    const method = endpoint === "token" ? "POST" : "GET";
    const response = await fetchFromPage(urlOf(endpoint), { method });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("Retry-After"), "7");
    assert.deepEqual(await response.json(), { error: "busy" });
    const visited = ["authorization", "end_session"].includes(endpoint);
    assert.equal(response.headers.get("Access-Control-Allow-Origin"), visited ? null : PAGE_ORIGIN);
  });
}

test("body responds with something other than JSON", async () => {
  await fault("discovery", "body", { body: "<!doctype html><p>Portal</p>", content_type: "text/html" });
  const response = await fetchFromPage(urlOf("discovery"));
  assert.equal(response.status, 200);
  assert.match(response.headers.get("Content-Type"), /^text\/html/);
  assert.match(await response.text(), /Portal/);
});

test("redirect redirects", async () => {
  await fault("jwks", "redirect", { location: "https://evil.example/keys", status: 307 });
  const response = await fetchFromPage(urlOf("jwks"), { redirect: "manual" });
  assert.equal(response.status, 307);
  assert.equal(response.headers.get("Location"), "https://evil.example/keys");
});

test("hang responds only after it is cleared", async () => {
  await fault("jwks", "hang", { times: 1 });
  let responded = false;
  const response = fetchFromPage(urlOf("jwks")).finally(() => {
    responded = true;
  });
  // When the fault is used up, the first request has arrived. A second one gets its response earlier.
  while ((await server.control("GET", "faults")).faults.length > 0);
  assert.equal((await fetchFromPage(urlOf("jwks"))).status, 200);
  assert.equal(responded, false);
  await server.control("DELETE", "faults");
  assert.ok((await (await response).json()).keys);
});

test("close closes the connection without a response", async () => {
  await fault("token", "close");
  await assert.rejects(fetchFromPage(urlOf("token"), { method: "POST" }), TypeError);
});

test("delay sends the correct response later", async () => {
  await fault("jwks", "delay", { ms: 120 });
  const start = performance.now();
  assert.ok((await (await fetchFromPage(urlOf("jwks"))).json()).keys);
  assert.ok(performance.now() - start >= 115);
});

test("large responds with exactly this many bytes of valid JSON", async () => {
  await fault("userinfo", "large", { bytes: 3_000_000 });
  const text = await (await fetchFromPage(urlOf("userinfo"))).text();
  assert.equal(text.length, 3_000_000);
  assert.ok(JSON.parse(text).padding);
});

test("large can be compressed to next to nothing", async () => {
  await fault("userinfo", "large", { bytes: 3_000_000, encoding: "gzip" });
  const response = await fetchFromPage(urlOf("userinfo"));
  assert.equal(response.headers.get("content-encoding"), "gzip");
  assert.equal((await response.text()).length, 3_000_000);
});

test("slow-body sends the headers and never ends the body", async () => {
  await fault("discovery", "slow-body");
  const response = await fetchFromPage(urlOf("discovery"));
  assert.equal(response.status, 200);
  const reader = response.body.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "{");
  const rest = reader.read().then(() => "ended", () => "cut off");
  await server.control("DELETE", "faults");
  assert.equal(await rest, "cut off");
});

test("no-cors hides an otherwise correct response from the page", async () => {
  await fault("discovery", "no-cors");
  const response = await fetchFromPage(urlOf("discovery"));
  assert.equal((await response.json()).issuer, plain.issuer);
  assert.equal(response.headers.get("Access-Control-Allow-Origin"), null);
});

test("a fault with times expires, and preflights don't count", async () => {
  await fault("userinfo", "status", { status: 500, times: 1 });
  const preflight = { Origin: PAGE_ORIGIN, "Access-Control-Request-Method": "GET" };
  assert.equal((await fetch(urlOf("userinfo"), { method: "OPTIONS", headers: preflight })).status, 204);
  assert.equal((await fetchFromPage(urlOf("userinfo"))).status, 500);
  assert.equal((await fetchFromPage(urlOf("userinfo"))).status, 401);
  assert.deepEqual((await server.control("GET", "faults")).faults, []);
});

test("a fault of one provider doesn't affect the others", async () => {
  await fault("discovery", "status", { status: 500 });
  assert.equal((await fetchFromPage(`${server.provider("okta").issuer}/.well-known/openid-configuration`)).status, 200);
  await server.control("DELETE", "faults?provider=okta");
  assert.equal((await fetchFromPage(urlOf("discovery"))).status, 500);
});

test("json changes the documents", async () => {
  await fault("discovery", "json", { set: { issuer: "https://evil.example" }, remove: ["jwks_uri"] });
  const document = await (await fetchFromPage(urlOf("discovery"))).json();
  assert.equal(document.issuer, "https://evil.example");
  assert.ok(!("jwks_uri" in document) && document.token_endpoint);
  await server.control("DELETE", "faults");

  await fault("token", "json", { set: { token_type: "mac" }, remove: ["id_token"] });
  const { access_token, token_type, id_token } = await idToken();
  assert.deepEqual([token_type, id_token], ["mac", undefined]);

  await fault("userinfo", "json", { set: { sub: "somebody else" } });
  const headers = { Authorization: `Bearer ${access_token}` };
  assert.equal((await (await fetchFromPage(urlOf("userinfo"), { headers })).json()).sub, "somebody else");
});

test("claims changes the ID token, with a valid signature", async () => {
  await fault("id_token", "claims", { set: { nonce: "evil", aud: ["a", "b"] }, remove: ["sub"] });
  const { payload } = await verify((await idToken()).id_token, ["RS256"]);
  assert.deepEqual([payload.nonce, payload.aud, payload.sub], ["evil", ["a", "b"], undefined]);
  assert.equal(payload.iss, plain.issuer);
});

test("signature makes only the signature invalid", async () => {
  await fault("id_token", "signature");
  const { id_token, nonce } = await idToken();
  await assert.rejects(verify(id_token, ["RS256"]), errors.JWSSignatureVerificationFailed);
  assert.equal(decodeJwt(id_token).nonce, nonce);
});

test("header makes unsigned tokens, and tokens with algorithm confusion", async () => {
  await fault("id_token", "header", { set: { alg: "none" }, times: 1 });
  const unsigned = (await idToken()).id_token;
  assert.equal(decodeProtectedHeader(unsigned).alg, "none");
  assert.ok(unsigned.endsWith("."));

  await fault("id_token", "header", { set: { alg: "HS256" } });
  const { id_token } = await idToken();
  const { createHmac, createPublicKey } = await import("node:crypto");
  const { keys } = await (await fetchFromPage(metadata.jwks_uri)).json();
  const pem = createPublicKey({ key: keys[0], format: "jwk" }).export({ type: "spki", format: "pem" });
  const [header, payload, signature] = id_token.split(".");
  assert.equal(createHmac("sha256", pem).update(`${header}.${payload}`).digest("base64url"), signature);
});

for (const alg of ["PS256", "ES256", "EdDSA"]) {
  test(`header makes a valid ${alg} token with the issuer's key for it`, async () => {
    await fault("id_token", "header", { set: { alg } });
    const { payload } = await verify((await idToken()).id_token, [alg]);
    assert.equal(payload.iss, plain.issuer);
  });
}

test("unknown-kid names a key that isn't in the key set", async () => {
  await fault("id_token", "unknown-kid");
  await assert.rejects(verify((await idToken()).id_token, ["RS256"]), errors.JWKSNoMatchingKey);
});

test("keys hides, adds, generates and changes keys", async () => {
  const keySet = async () => (await (await fetchFromPage(metadata.jwks_uri)).json()).keys;
  const own = await keySet();
  const unknown = { kty: "AKP", kid: "later" };
  await fault("jwks", "keys", { add: [unknown], generate: ["RS256"], remove: ["kid"], times: 1 });
  const [added, generated, ...rest] = await keySet();
  assert.deepEqual(added, { kty: "AKP" });
  assert.deepEqual([generated.kty, generated.alg, generated.use, generated.kid], ["RSA", "RS256", "sig", undefined]);
  assert.ok(!("d" in generated));
  assert.deepEqual(rest, own.map(({ kid, ...key }) => key));

  await fault("jwks", "keys", { hide_own: true, generate: ["ES256", "EdDSA"], times: 1 });
  assert.deepEqual((await keySet()).map(({ alg }) => alg), ["ES256", "EdDSA"]);
  assert.deepEqual(await keySet(), own);
});

test("front-channel shows a page of the client after the sign-out, and a link back", async () => {
  const frame = `${PAGE_ORIGIN}/app/logout.html?iss=x&sid=1`;
  await fault("end_session", "front-channel", { frame });
  const browser = new Browser();
  const { id_token } = await (await SignIn.start(plain)).tokens(browser, "Ada");
  const url = new URL(metadata.end_session_endpoint);
  url.search = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: PAGE, state: "back" });
  const { response, html } = await browser.press(await browser.visit(url.href), "Sign out");
  assert.match(response.headers.get("Content-Security-Policy"), new RegExp(`; frame-src ${PAGE_ORIGIN}$`));
  assert.ok(html.includes(`<iframe src="${frame.replace("&", "&amp;")}" hidden`), html);
  assert.ok(html.includes(`<a href="${PAGE}?state=back">`), html);
});

test("response changes the authorization response", async () => {
  await fault("authorization", "response", { set: { iss: "https://evil.example", state: "other" }, remove: ["code"] });
  const callback = await (await SignIn.start(plain)).asUser(new Browser(), "Ada");
  assert.deepEqual(callback, { iss: "https://evil.example", state: "other" });
});

test("response changes the sign-out response", async () => {
  await fault("end_session", "response", { set: { state: "other" } });
  const browser = new Browser();
  const { id_token } = await (await SignIn.start(plain)).tokens(browser, "Ada");
  const url = new URL(metadata.end_session_endpoint);
  url.search = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: `${PAGE_ORIGIN}/app/` });
  assert.deepEqual((await browser.press(await browser.visit(url.href), "Sign out")).callback, { state: "other" });
});

test("rejects an invalid fault with a sentence", async () => {
  const mistakes = [
    [{ provider: "other", endpoint: "token", kind: "hang" }, /"provider" is one of/],
    [{ provider: "plain", endpoint: "token", kind: "explode" }, /"kind" is one of/],
    [{ provider: "plain", endpoint: "login", kind: "hang" }, /"endpoint" of the kind hang is one of/],
    [{ provider: "plain", endpoint: "token", kind: "status" }, /needs the field "status"/],
    [{ provider: "plain", endpoint: "token", kind: "hang", ms: 5 }, /has no field "ms"/],
    [{ provider: "plain", endpoint: "token", kind: "delay", ms: "5" }, /"ms" has an invalid value/],
    [{ provider: "plain", endpoint: "jwks", kind: "keys", generate: ["HS256"] }, /"generate" has an invalid value/],
    [{ provider: "plain", endpoint: "jwks", kind: "keys", add: ["key"] }, /"add" has an invalid value/],
    [{ provider: "plain", endpoint: "jwks", kind: "keys", hide_own: "yes" }, /"hide_own" has an invalid value/],
    [{ provider: "plain", endpoint: "end_session", kind: "front-channel" }, /needs the field "frame"/],
  ];
  for (const [body, message] of mistakes) {
    const response = await server.control("POST", "faults", body);
    assert.equal(response.status, 400);
    assert.match(response.error, message);
  }
});
