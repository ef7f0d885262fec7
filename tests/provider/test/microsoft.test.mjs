// Peculiarities of Microsoft Entra ID and Azure AD B2C.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { decodeJwt, decodeProtectedHeader } from "jose";

import { Browser, discoveryUrl, fetchFromPage, SignIn } from "../testing/browser.mjs";
import { PAGE, PAGE_ORIGIN, startProvider } from "../testing/provider.mjs";

const HOME = "8f1d2c7e-6b3a-4c59-9e0d-2a4b6c8d0e1f";
const PARTNER = "b7e0a9d4-3c52-4f18-8a6b-5d4c3b2a1908";
const CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad";

let server;
before(async () => {
  server = await startProvider();
});
afterEach(async () => {
  await server.control("DELETE", "faults");
  await server.control("DELETE", "lifetimes");
});
after(() => server.stop());

const start = (id = "microsoft", parameters) => SignIn.start(server.provider(id), parameters);
const issuerOf = (tenant) => `${server.origin}/microsoft/${tenant}/v2.0`;

/** Asserts that a response is Entra's error with this number. */
function assertEntraError(body, number, error) {
  assert.equal(body.error, error);
  assert.match(
    body.error_description,
    new RegExp(`^AADSTS${number}: [^]*\r\nTrace ID: [\\w-]{36}\r\nCorrelation ID: [\\w-]{36}\r\nTimestamp: \\d{4}-.*Z$`),
  );
  assert.deepEqual(body.error_codes, [number]);
  assert.ok(body.trace_id && body.correlation_id && body.timestamp);
  assert.equal(body.error_uri, `https://login.windows.net/error?code=${number}`);
}

test("shows an unknown client or redirect URI on a page, without a redirect", async () => {
  const mistakes = [
    [{ client_id: "00000000-0000-4000-8000-000000000000" }, "AADSTS700016"],
    [{ redirect_uri: "http://127.0.0.1:8080/other/" }, "AADSTS50011"],
  ];
  for (const [mistake, number] of mistakes) {
    const { url, status, html } = await new Browser().visit((await start("microsoft", mistake)).url);
    assert.equal(status, 400);
    assert.match(html, new RegExp(`${number}: `));
    assert.ok(url.startsWith(server.origin));
  }
});

test("the metadata lacks PKCE, revocation, introspection and RFC 9207", async () => {
  const { metadata } = await start();
  const missing = [
    "code_challenge_methods_supported",
    "revocation_endpoint",
    "introspection_endpoint",
    "authorization_response_iss_parameter_supported",
    "grant_types_supported",
    "pushed_authorization_request_endpoint",
  ];
  for (const name of missing) assert.ok(!(name in metadata), name);
  assert.ok(!metadata.token_endpoint_auth_methods_supported.includes("none"));
});

test("keys have no alg, and an issuer whose tokens they sign", async () => {
  for (const [id, issuers] of [["microsoft", ["{tenantid}"]], ["common", ["{tenantid}", CONSUMERS]]]) {
    const { metadata } = await start(id);
    const { keys } = await (await fetchFromPage(metadata.jwks_uri)).json();
    assert.deepEqual(keys.map(({ issuer }) => issuer), issuers.map(issuerOf));
    assert.ok(keys.every((key) => !("alg" in key) && !("d" in key)));
  }
});

test("the authorization response has session_state and no iss", async () => {
  const callback = await (await start()).asUser(new Browser(), "Ada");
  assert.deepEqual(Object.keys(callback).sort(), ["code", "session_state", "state"]);
});

test("the token endpoint rejects a code without a code challenge", async () => {
  const signIn = await start("microsoft", { code_challenge: undefined, code_challenge_method: undefined });
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const response = await signIn.codeRequest(code, { code_verifier: "" });
  assert.equal(response.status, 400);
  assertEntraError(await response.json(), 9002325, "invalid_request");
});

test("a code works once, with its verifier and redirect URI", async () => {
  const signIn = await start();
  const { code } = await signIn.asUser(new Browser(), "Ada");
  assertEntraError(await (await signIn.codeRequest(code, { code_verifier: "x".repeat(43) })).json(), 501481, "invalid_grant");
  assertEntraError(await (await signIn.codeRequest(code, { redirect_uri: `${PAGE}x` })).json(), 500112, "invalid_grant");
  assert.equal((await signIn.codeRequest(code)).status, 200);
  assertEntraError(await (await signIn.codeRequest(code)).json(), 54005, "invalid_grant");
  assertEntraError(await (await signIn.codeRequest("nonsense")).json(), 70000, "invalid_grant");
});

test("only registered pages can redeem codes", async () => {
  const signIn = await start();
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const form = { grant_type: "authorization_code", code, redirect_uri: PAGE, code_verifier: signIn.verifier };
  const body = new URLSearchParams({ client_id: signIn.provider.client_id, ...form });
  const url = signIn.metadata.token_endpoint;
  assertEntraError(await (await fetch(url, { method: "POST", body })).json(), 9002327, "invalid_request");
  const foreign = await fetch(url, { method: "POST", body, headers: { Origin: "http://127.0.0.1:9090" } });
  assert.equal(foreign.headers.get("Access-Control-Allow-Origin"), null);
  assertEntraError(await foreign.json(), 9002326, "invalid_request");
  const right = await fetch(url, { method: "POST", body, headers: { Origin: PAGE_ORIGIN } });
  assert.equal(right.headers.get("Access-Control-Allow-Origin"), PAGE_ORIGIN);
  const tokens = await right.json();
  assert.equal(tokens.ext_expires_in, tokens.expires_in);
});

test("rejects a client secret and an unknown client with their error numbers", async () => {
  const signIn = await start();
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const secret = await signIn.codeRequest(code, { client_secret: "s" });
  assert.equal(secret.status, 401);
  assertEntraError(await secret.json(), 700025, "invalid_client");
  assertEntraError(await (await signIn.codeRequest(code, { client_id: "x" })).json(), 700016, "unauthorized_client");
});

test("cancelling and prompt=none without a session return their error numbers", async () => {
  const cancelled = await (await start()).asUser(new Browser(), "Cancel");
  assert.equal(cancelled.error, "access_denied");
  assert.match(cancelled.error_description, /^AADSTS65004: /);
  const { callback } = await new Browser().visit((await start("microsoft", { prompt: "none" })).url);
  assert.equal(callback.error, "login_required");
  assert.match(callback.error_description, /^AADSTS50058: /);
});

test("rejects an unknown scope", async () => {
  const { callback } = await new Browser().visit((await start("microsoft", { scope: "openid groups" })).url);
  assert.equal(callback.error, "invalid_scope");
  assert.match(callback.error_description, /^AADSTS70011: /);
});

test("userinfo accepts tokens for Graph only, and no page can read it", async () => {
  for (const [scope, status] of [["openid profile email", 200], ["openid api://local-api/access", 401]]) {
    const signIn = await start("microsoft", { scope });
    const { access_token } = await signIn.tokens(new Browser(), "Ada");
    const response = await signIn.userinfo(access_token);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("Access-Control-Allow-Origin"), null);
    if (status === 401) assert.equal((await response.json()).error.code, "InvalidAuthenticationToken");
  }
});

test("refresh tokens expire at a fixed time, and used ones stay valid until then", async () => {
  await server.control("POST", "lifetimes", { provider: "microsoft", refresh_token: 3 });
  const signIn = await start("microsoft", { scope: "openid offline_access" });
  const { refresh_token } = await signIn.tokens(new Browser(), "Ada");
  const renewed = await signIn.renew(refresh_token);
  // The library counts in whole seconds of the real clock, so the test has to wait.
  await sleep(1500);
  assert.notEqual(renewed.refresh_token, refresh_token);
  assert.equal((await signIn.renew(refresh_token)).status, 200);
  assert.equal((await signIn.renew(renewed.refresh_token)).status, 200);
  await sleep(2600);
  const late = await signIn.renew(renewed.refresh_token);
  assertEntraError(late, 700084, "invalid_grant");
  assert.equal(late.suberror, "bad_token");
});

for (const id of ["organizations", "common"]) {
  test(`users of several tenants sign in at ${id}, each with the tenant's issuer`, async () => {
    const users = [["Ada", HOME, 0], ["Grace", PARTNER, 0], ["紫", CONSUMERS, 1]];
    for (const [name, tenant, index] of users) {
      const signIn = await start(id);
      assert.equal(signIn.metadata.issuer, issuerOf("{tenantid}"));
      const { id_token } = await signIn.tokens(new Browser(), name);
      const claims = await signIn.verify(id_token, issuerOf(tenant));
      assert.deepEqual([claims.tid, claims.ver], [tenant, "2.0"]);
      const { keys } = await (await fetchFromPage(signIn.metadata.jwks_uri)).json();
      assert.equal(decodeProtectedHeader(id_token).kid, keys[index].kid);
    }
  });

  test(`signs out at ${id} with another tenant's ID token, but not with a forged one`, async () => {
    const browser = new Browser();
    const signIn = await start(id);
    const { id_token } = await signIn.tokens(browser, "Grace");
    const url = new URL(signIn.metadata.end_session_endpoint);
    const [header, claims, signature] = id_token.split(".");
    for (const [hint, isValid] of [[`${header}.${claims}.x${signature.slice(1)}`, false], [id_token, true]]) {
      url.search = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: PAGE, state: "back" });
      const question = await browser.visit(url.href);
      if (isValid) assert.deepEqual((await browser.press(question, "Sign out")).callback, { state: "back" });
      else assert.equal(question.status, 400);
    }
  });
}

test("a B2C policy has its query at every endpoint, and an issuer that differs from its URL", async () => {
  const signIn = await start("b2c");
  const { metadata, provider } = signIn;
  for (const [name, url] of Object.entries(metadata)) {
    if (/_endpoint$|^jwks_uri$/.test(name)) assert.equal(new URL(url).search, "?p=b2c_1_signin", name);
  }
  assert.match(metadata.issuer, /^http:\/\/localhost:\d+\/[0-9a-f-]{36}\/v2\.0\/$/);
  assert.ok(!discoveryUrl(provider).startsWith(metadata.issuer));
  assert.equal((await fetchFromPage(discoveryUrl(provider).split("?")[0])).status, 404);

  const { id_token } = await signIn.tokens(new Browser(), "Ada");
  const claims = await signIn.verify(id_token);
  assert.deepEqual(claims.emails, ["ada@example.com"]);
  assert.equal(claims.tfp, "b2c_1_signin");
  assert.ok(!("email" in claims) && !("preferred_username" in claims));
});

test("B2C issues an access token only for an API or the client itself", async () => {
  const { client_id } = server.provider("b2c");
  const without = await (await start("b2c", { scope: "openid profile offline_access" })).tokens(new Browser(), "Ada");
  assert.deepEqual(Object.keys(without).sort(), ["id_token", "not_before", "refresh_token", "scope", "token_type"]);
  const signIn = await start("b2c", { scope: `openid offline_access ${client_id}` });
  const tokens = await signIn.tokens(new Browser(), "Ada");
  assert.ok(tokens.access_token && tokens.expires_in);
  assert.ok((await signIn.renew(tokens.refresh_token)).access_token);
});

test("the pages cut themselves off from the page that opened them, if asked to", async () => {
  const fault = { provider: "microsoft", endpoint: "authorization", kind: "opener-policy" };
  await server.control("POST", "faults", fault);
  const { response } = await new Browser().visit((await start()).url);
  assert.equal(response.headers.get("Cross-Origin-Opener-Policy"), "same-origin");
});

test("B2C reports a cancelled sign-in and a forgotten password", async () => {
  const cancelled = await (await start("b2c")).asUser(new Browser(), "Cancel");
  assert.match(cancelled.error_description, /^AADB2C90091: .*\r\nCorrelation ID: .*\r\nTimestamp: /);
  const fault = { provider: "b2c", endpoint: "authorization", kind: "vendor-error", error: "AADB2C90118" };
  await server.control("POST", "faults", fault);
  const { callback } = await new Browser().visit((await start("b2c")).url);
  assert.equal(callback.error, "access_denied");
  assert.match(callback.error_description, /^AADB2C90118: /);
});

test("the ID token has the request's nonce", async () => {
  const signIn = await start();
  assert.equal(decodeJwt((await signIn.tokens(new Browser(), "Ada")).id_token).nonce, signIn.parameters.nonce);
});
