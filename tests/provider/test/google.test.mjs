// Peculiarities of Google.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Browser, discoveryUrl, fetchFromPage, SignIn } from "../testing/browser.mjs";
import { PAGE, PAGE_ORIGIN, startProvider } from "../testing/provider.mjs";

let server;
before(async () => {
  server = await startProvider();
});
afterEach(() => server.control("DELETE", "faults"));
after(() => server.stop());

const start = (parameters) => SignIn.start(server.provider("google"), parameters);
const readJson = async (response) => [response.status, await response.json()];

test("requires the client secret of a web client, with an error that the page can read", async () => {
  const signIn = await start();
  const { code } = await signIn.asUser(new Browser(), "Ada");
  signIn.provider = { ...signIn.provider, client_secret: undefined };
  const response = await signIn.codeRequest(code);
  assert.equal(response.headers.get("Access-Control-Allow-Origin"), PAGE_ORIGIN);
  assert.deepEqual(await readJson(response), [
    400,
    { error: "invalid_request", error_description: "client_secret is missing." },
  ]);
});

test("has no end session endpoint, and doesn't announce that it sends iss", async () => {
  const { metadata } = await start();
  assert.ok(!("end_session_endpoint" in metadata));
  assert.ok(!("authorization_response_iss_parameter_supported" in metadata));
});

test("allows simple requests for metadata and keys, but no preflights", async () => {
  const { metadata, provider } = await start();
  for (const url of [discoveryUrl(provider), metadata.jwks_uri]) {
    const simple = await fetchFromPage(url);
    assert.equal(simple.headers.get("Access-Control-Allow-Origin"), PAGE_ORIGIN);
    const preflight = await fetchFromPage(url, {
      method: "OPTIONS",
      headers: { "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "content-type" },
    });
    const names = [...preflight.headers.keys()].filter((name) => name.startsWith("access-control-"));
    assert.deepEqual(names, []);
  }
});

test("sends iss, scope, authuser, hd and prompt back to the page", async () => {
  const browser = new Browser();
  const first = await (await start()).asUser(browser, "Grace");
  const { code, state, ...more } = first;
  assert.deepEqual(more, {
    iss: `${server.origin}/google`,
    scope: "openid profile email",
    authuser: "0",
    hd: "example.com",
    prompt: "consent",
  });
  const again = (await browser.visit((await start()).url)).callback;
  assert.equal(again.prompt, "none");
  assert.ok(!("hd" in (await (await start()).asUser(new Browser(), "Emmy"))));
});

test("only users of a Workspace domain have the claim hd", async () => {
  for (const [name, hd] of [["Grace", "example.com"], ["紫", undefined]]) {
    const signIn = await start();
    assert.equal((await signIn.verify((await signIn.tokens(new Browser(), name)).id_token)).hd, hd);
  }
});

test("ID tokens may have an issuer without its scheme", async () => {
  const short = `${server.origin}/google`.replace("http://", "");
  const fault = { provider: "google", endpoint: "id_token", kind: "claims", set: { iss: short } };
  await server.control("POST", "faults", fault);
  const signIn = await start();
  await signIn.verify((await signIn.tokens(new Browser(), "Ada")).id_token, short);
});

test("access_type=offline returns a refresh token at the first consent or with prompt=consent", async () => {
  const offline = { access_type: "offline" };
  const cases = [
    [{}, false],
    [offline, false],
    [{ ...offline, prompt: "consent" }, true],
  ];
  const browser = new Browser();
  const hasRefreshToken = async (parameters, name) => {
    const signIn = await start(parameters);
    let { callback, html, url } = await browser.visit(signIn.url);
    if (!callback) ({ callback } = await browser.press({ html, url }, name));
    return (await (await signIn.codeRequest(callback.code)).json()).refresh_token !== undefined;
  };
  for (const [parameters, expected] of cases) assert.equal(await hasRefreshToken(parameters, "Hubert"), expected);
  const other = await start(offline);
  assert.ok((await other.tokens(new Browser(), "محمد")).refresh_token);
});

test("rejects the scope offline_access", async () => {
  const { html } = await new Browser().visit((await start({ scope: "openid offline_access" })).url);
  assert.match(html, /invalid_scope/);
});

test("refresh responses have no new refresh token", async () => {
  const signIn = await start({ access_type: "offline", prompt: "consent" });
  const { refresh_token } = await signIn.tokens(new Browser(), "Grace");
  for (let count = 0; count < 2; count += 1) {
    const renewed = await signIn.renew(refresh_token);
    assert.equal(renewed.status, 200);
    assert.ok(renewed.access_token && !("refresh_token" in renewed));
  }
});

test("revocation needs only the token, is readable by the page, and revokes the consent", async () => {
  const signIn = await start({ access_type: "offline", prompt: "consent" });
  const tokens = await signIn.tokens(new Browser(), "Grace");
  const revoke = () =>
    fetchFromPage(signIn.metadata.revocation_endpoint, {
      method: "POST",
      body: new URLSearchParams({ token: tokens.access_token }),
    });
  const response = await revoke();
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("Access-Control-Allow-Origin"), PAGE_ORIGIN);
  assert.equal(response.headers.get("Access-Control-Allow-Credentials"), null);
  assert.deepEqual(await readJson(await revoke()), [
    400,
    { error: "invalid_token", error_description: "Token expired or revoked" },
  ]);
  const { status, error, error_description } = await signIn.renew(tokens.refresh_token);
  assert.deepEqual([status, error, error_description], [400, "invalid_grant", "Token has been expired or revoked."]);
  const next = await start({ access_type: "offline" });
  assert.ok((await next.tokens(new Browser(), "Grace")).refresh_token);
});

test("rejects wrong codes and verifiers with Google's errors", async () => {
  const signIn = await start();
  assert.equal((await (await signIn.codeRequest("nonsense")).json()).error_description, "Malformed auth code.");
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const wrong = await signIn.codeRequest(code, { code_verifier: "x".repeat(43) });
  assert.equal((await wrong.json()).error_description, "Invalid code verifier.");
  assert.equal((await signIn.codeRequest(code)).status, 200);
  assert.equal((await (await signIn.codeRequest(code)).json()).error_description, "Bad Request");
});

test("shows an unknown client or redirect URI on a page", async () => {
  for (const [mistake, message] of [
    [{ client_id: "x" }, /The OAuth client was not found\. \(invalid_client\)/],
    [{ redirect_uri: `${PAGE}other` }, /\(redirect_uri_mismatch\)/],
  ]) {
    const { status, html } = await new Browser().visit((await start(mistake)).url);
    assert.equal(status, 400);
    assert.match(html, message);
  }
});
