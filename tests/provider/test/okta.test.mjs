// Peculiarities of Okta.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { Browser, fetchFromPage, SignIn } from "../testing/browser.mjs";
import { PAGE, PAGE_ORIGIN, startProvider } from "../testing/provider.mjs";

let server;
before(async () => {
  server = await startProvider();
});
afterEach(async () => {
  await server.control("DELETE", "faults");
  await server.control("DELETE", "lifetimes");
});
after(() => server.stop());

const start = (parameters, id = "okta") => SignIn.start(server.provider(id), parameters);

for (const [id, path] of [["okta", "/okta/oauth2/default"], ["okta-org", "/okta"]]) {
  test(`ID tokens of ${id} lack the profile, which userinfo has`, async () => {
    const signIn = await start({}, id);
    assert.equal(signIn.metadata.issuer, server.origin + path);
    const tokens = await signIn.tokens(new Browser(), "Ada");
    const claims = await signIn.verify(tokens.id_token);
    assert.equal(claims.ver, 1);
    assert.match(claims.jti, /^ID\./);
    assert.deepEqual(claims.amr, ["pwd"]);
    assert.ok(!("email" in claims) && !("name" in claims));
    const userinfo = await (await signIn.userinfo(tokens.access_token)).json();
    assert.deepEqual([userinfo.sub, userinfo.email], [claims.sub, "ada@example.com"]);
  });

  test(`signing out at ${id} requires the ID token`, async () => {
    const browser = new Browser();
    const signIn = await start({}, id);
    const { id_token } = await signIn.tokens(browser, "Ada");
    const url = new URL(signIn.metadata.end_session_endpoint);
    url.search = new URLSearchParams({ post_logout_redirect_uri: PAGE });
    const { status, html } = await browser.visit(url.href);
    assert.equal(status, 400);
    assert.match(html, /id_token_hint/);
    url.searchParams.set("id_token_hint", id_token);
    assert.deepEqual((await browser.press(await browser.visit(url.href), "Sign out")).callback, {});
  });
}

test("the metadata has S256, none and revocation, and lacks RFC 9207", async () => {
  const { metadata } = await start();
  assert.deepEqual(metadata.code_challenge_methods_supported, ["S256"]);
  assert.ok(metadata.token_endpoint_auth_methods_supported.includes("none"));
  assert.ok(!("authorization_response_iss_parameter_supported" in metadata));
  assert.ok(!("iss" in (await (await start()).asUser(new Browser(), "Ada"))));
});

test("reports an unknown authorization server with an error of the management API", async () => {
  const response = await fetchFromPage(`${server.origin}/okta/oauth2/aus9/.well-known/openid-configuration`);
  assert.equal(response.status, 404);
  assert.equal(response.headers.get("Access-Control-Allow-Origin"), PAGE_ORIGIN);
  const { errorCode, errorSummary, errorLink, errorId, errorCauses } = await response.json();
  assert.deepEqual([errorCode, errorLink, errorCauses], ["E0000007", "E0000007", []]);
  assert.match(errorSummary, /aus9 \(AuthorizationServer\)/);
  assert.match(errorId, /^oae/);
});

test("reports too many requests with an error of the management API", async () => {
  const fault = { provider: "okta", endpoint: "token", kind: "vendor-error", error: "E0000047" };
  await server.control("POST", "faults", fault);
  const response = await (await start()).codeRequest("code");
  assert.equal(response.status, 429);
  assert.equal(response.headers.get("X-Rate-Limit-Remaining"), "0");
  assert.equal((await response.json()).errorCode, "E0000047");
});

test("requires a state with characters that Okta allows", async () => {
  for (const state of [undefined, "", "a b", "a=b", "ä", "a/b"]) {
    const { status, html } = await new Browser().visit((await start({ state })).url);
    assert.equal(status, 400, state);
    assert.match(html, /state/);
  }
  assert.equal((await (await start({ state: "vst_A-z.0,9" })).asUser(new Browser(), "Ada")).state, "vst_A-z.0,9");
});

test("rejects codes, verifiers and refresh tokens with Okta's errors", async () => {
  const signIn = await start();
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const descriptionOf = async (response) => (await response.json()).error_description;
  assert.equal(await descriptionOf(await signIn.codeRequest(code, { code_verifier: "x".repeat(43) })), "PKCE verification failed.");
  assert.match(await descriptionOf(await signIn.codeRequest(code, { redirect_uri: `${PAGE}x` })), /^The 'redirect_uri' does not match/);
  assert.equal((await signIn.codeRequest(code)).status, 200);
  assert.equal(await descriptionOf(await signIn.codeRequest(code)), "The authorization code is invalid or has expired.");
  assert.equal((await signIn.renew("x")).error_description, "The refresh token is invalid or expired.");
});

test("rejects a token request without a client ID", async () => {
  const { metadata } = await start();
  const response = await fetchFromPage(metadata.token_endpoint, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "authorization_code", code: "x" }),
  });
  assert.equal(response.status, 401);
  assert.deepEqual(await response.json(), {
    error: "invalid_client",
    error_description: "No client credentials found.",
  });
});

test("a refresh token can be reused for a while; after that, reuse revokes the newest tokens", async () => {
  const signIn = await start({ scope: "openid offline_access" });
  const { refresh_token } = await signIn.tokens(new Browser(), "Ada");
  const first = await signIn.renew(refresh_token);
  assert.notEqual(first.refresh_token, refresh_token);
  assert.equal((await signIn.renew(refresh_token)).status, 200);
  await server.control("POST", "lifetimes", { provider: "okta", grace: 1 });
  // The library counts in whole seconds of the real clock, so the test has to wait.
  await sleep(2100);
  assert.equal((await signIn.renew(refresh_token)).error, "invalid_grant");
  assert.equal((await signIn.renew(first.refresh_token)).error, "invalid_grant");
  const response = await signIn.userinfo(first.access_token);
  assert.equal(response.status, 401);
  assert.ok(response.headers.get("WWW-Authenticate"));
  assert.equal(await response.text(), "");
});

test("logs the idp of a request", async () => {
  await new Browser().visit((await start({ idp: "0oa62bfdiumsUndnZ0h7" })).url);
  const { requests } = await server.control("GET", "requests");
  assert.ok(requests.some(({ endpoint, idp }) => endpoint === "authorization" && idp === "0oa62bfdiumsUndnZ0h7"));
});
