// What is peculiar to Microsoft Entra ID and Azure AD B2C.

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

/** Whether an answer is Entra's refusal of this number. */
function isRefusal(body, number, error) {
  assert.equal(body.error, error);
  assert.match(
    body.error_description,
    new RegExp(`^AADSTS${number}: [^]*\r\nTrace ID: [\\w-]{36}\r\nCorrelation ID: [\\w-]{36}\r\nTimestamp: \\d{4}-.*Z$`),
  );
  assert.deepEqual(body.error_codes, [number]);
  assert.ok(body.trace_id && body.correlation_id && body.timestamp);
  assert.equal(body.error_uri, `https://login.windows.net/error?code=${number}`);
}

test("an unknown client or redirect URI is told on a page, and nothing goes back", async () => {
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

test("the metadata says nothing of PKCE, revocation, introspection and RFC 9207", async () => {
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

test("keys have no alg, and say whose tokens they sign", async () => {
  for (const [id, issuers] of [["microsoft", ["{tenantid}"]], ["common", ["{tenantid}", CONSUMERS]]]) {
    const { metadata } = await start(id);
    const { keys } = await (await fetchFromPage(metadata.jwks_uri)).json();
    assert.deepEqual(keys.map(({ issuer }) => issuer), issuers.map(issuerOf));
    assert.ok(keys.every((key) => !("alg" in key) && !("d" in key)));
  }
});

test("the answer to the page has session_state and no iss", async () => {
  const answer = await (await start()).asUser(new Browser(), "Ada");
  assert.deepEqual(Object.keys(answer).sort(), ["code", "session_state", "state"]);
});

test("a code without proof is refused at the token endpoint", async () => {
  const signIn = await start("microsoft", { code_challenge: undefined, code_challenge_method: undefined });
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const response = await signIn.codeRequest(code, { code_verifier: "" });
  assert.equal(response.status, 400);
  isRefusal(await response.json(), 9002325, "invalid_request");
});

test("a code is for one use, its verifier and its redirect URI", async () => {
  const signIn = await start();
  const { code } = await signIn.asUser(new Browser(), "Ada");
  isRefusal(await (await signIn.codeRequest(code, { code_verifier: "x".repeat(43) })).json(), 501481, "invalid_grant");
  isRefusal(await (await signIn.codeRequest(code, { redirect_uri: `${PAGE}x` })).json(), 500112, "invalid_grant");
  assert.equal((await signIn.codeRequest(code)).status, 200);
  isRefusal(await (await signIn.codeRequest(code)).json(), 54005, "invalid_grant");
  isRefusal(await (await signIn.codeRequest("nonsense")).json(), 70000, "invalid_grant");
});

test("codes are for pages, and for registered ones", async () => {
  const signIn = await start();
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const form = { grant_type: "authorization_code", code, redirect_uri: PAGE, code_verifier: signIn.verifier };
  const body = new URLSearchParams({ client_id: signIn.provider.client_id, ...form });
  const url = signIn.metadata.token_endpoint;
  isRefusal(await (await fetch(url, { method: "POST", body })).json(), 9002327, "invalid_request");
  const foreign = await fetch(url, { method: "POST", body, headers: { Origin: "http://127.0.0.1:9090" } });
  assert.equal(foreign.headers.get("Access-Control-Allow-Origin"), null);
  isRefusal(await foreign.json(), 9002326, "invalid_request");
  const right = await fetch(url, { method: "POST", body, headers: { Origin: PAGE_ORIGIN } });
  assert.equal(right.headers.get("Access-Control-Allow-Origin"), PAGE_ORIGIN);
  const tokens = await right.json();
  assert.equal(tokens.ext_expires_in, tokens.expires_in);
});

test("a secret and an unknown client are refused with their numbers", async () => {
  const signIn = await start();
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const secret = await signIn.codeRequest(code, { client_secret: "s" });
  assert.equal(secret.status, 401);
  isRefusal(await secret.json(), 700025, "invalid_client");
  isRefusal(await (await signIn.codeRequest(code, { client_id: "x" })).json(), 700016, "unauthorized_client");
});

test("cancelling, and asking silently without a session, come back with their numbers", async () => {
  const cancelled = await (await start()).asUser(new Browser(), "Cancel");
  assert.equal(cancelled.error, "access_denied");
  assert.match(cancelled.error_description, /^AADSTS65004: /);
  const { answer } = await new Browser().visit((await start("microsoft", { prompt: "none" })).url);
  assert.equal(answer.error, "login_required");
  assert.match(answer.error_description, /^AADSTS50058: /);
});

test("a scope that is not known is refused", async () => {
  const { answer } = await new Browser().visit((await start("microsoft", { scope: "openid groups" })).url);
  assert.equal(answer.error, "invalid_scope");
  assert.match(answer.error_description, /^AADSTS70011: /);
});

test("userinfo takes tokens for Graph alone, and no page can read it", async () => {
  for (const [scope, status] of [["openid profile email", 200], ["openid api://local-api/access", 401]]) {
    const signIn = await start("microsoft", { scope });
    const { access_token } = await signIn.tokens(new Browser(), "Ada");
    const response = await signIn.userinfo(access_token);
    assert.equal(response.status, status);
    assert.equal(response.headers.get("Access-Control-Allow-Origin"), null);
    if (status === 401) assert.equal((await response.json()).error.code, "InvalidAuthenticationToken");
  }
});

test("refresh tokens end at their time however often they are renewed, and old ones stay good until then", async () => {
  await server.control("POST", "lifetimes", { provider: "microsoft", refresh_token: 3 });
  const signIn = await start("microsoft", { scope: "openid offline_access" });
  const { refresh_token } = await signIn.tokens(new Browser(), "Ada");
  const renewed = await signIn.renew(refresh_token);
  // The library counts lifetimes in whole seconds of the real clock: only time ends them.
  await sleep(1500);
  assert.notEqual(renewed.refresh_token, refresh_token);
  assert.equal((await signIn.renew(refresh_token)).status, 200);
  assert.equal((await signIn.renew(renewed.refresh_token)).status, 200);
  await sleep(2600);
  const late = await signIn.renew(renewed.refresh_token);
  isRefusal(late, 700084, "invalid_grant");
  assert.equal(late.suberror, "bad_token");
});

for (const id of ["organizations", "common"]) {
  test(`people of several tenants sign in at ${id}, each with the issuer of their own`, async () => {
    const people = [["Ada", HOME, 0], ["Grace", PARTNER, 0], ["紫", CONSUMERS, 1]];
    for (const [name, tenant, index] of people) {
      const signIn = await start(id);
      assert.equal(signIn.metadata.issuer, issuerOf("{tenantid}"));
      const { id_token } = await signIn.tokens(new Browser(), name);
      const claims = await signIn.verify(id_token, issuerOf(tenant));
      assert.deepEqual([claims.tid, claims.ver], [tenant, "2.0"]);
      const { keys } = await (await fetchFromPage(signIn.metadata.jwks_uri)).json();
      assert.equal(decodeProtectedHeader(id_token).kid, keys[index].kid);
    }
  });

  test(`signs out at ${id} with the ID token of another tenant, and with no forged one`, async () => {
    const browser = new Browser();
    const signIn = await start(id);
    const { id_token } = await signIn.tokens(browser, "Grace");
    const url = new URL(signIn.metadata.end_session_endpoint);
    const [header, claims, signature] = id_token.split(".");
    for (const [hint, isRight] of [[`${header}.${claims}.x${signature.slice(1)}`, false], [id_token, true]]) {
      url.search = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: PAGE, state: "back" });
      const answer = await browser.visit(url.href);
      if (isRight) assert.deepEqual((await browser.press(answer, "Sign out")).answer, { state: "back" });
      else assert.equal(answer.status, 400);
    }
  });
}

test("a B2C policy has its query at every endpoint, and another issuer than its address", async () => {
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

test("at B2C a person may cancel, or have forgotten the password", async () => {
  const cancelled = await (await start("b2c")).asUser(new Browser(), "Cancel");
  assert.match(cancelled.error_description, /^AADB2C90091: .*\r\nCorrelation ID: .*\r\nTimestamp: /);
  const says = { provider: "b2c", endpoint: "authorization", kind: "answer", says: "AADB2C90118" };
  await server.control("POST", "faults", says);
  const { answer } = await new Browser().visit((await start("b2c")).url);
  assert.equal(answer.error, "access_denied");
  assert.match(answer.error_description, /^AADB2C90118: /);
});

test("the ID token's nonce is the request's", async () => {
  const signIn = await start();
  assert.equal(decodeJwt((await signIn.tokens(new Browser(), "Ada")).id_token).nonce, signIn.parameters.nonce);
});
