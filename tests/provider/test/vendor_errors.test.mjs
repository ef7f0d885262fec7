// Vendor errors on demand: redirected to the page, in an endpoint's response, or on the vendor's own page.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { Browser, discoveryUrl, fetchFromPage, SignIn } from "../testing/browser.mjs";
import { PAGE_ORIGIN, startProvider } from "../testing/provider.mjs";

let server;
before(async () => {
  server = await startProvider();
});
afterEach(() => server.control("DELETE", "faults"));
after(() => server.stop());

const setError = (provider, endpoint, error, fields = {}) =>
  server.control("POST", "faults", { provider, endpoint, kind: "vendor-error", error, ...fields });
const start = (id) => SignIn.start(server.provider(id));

test("redirects errors of the authorization endpoint to the page, with the state", async () => {
  const cases = [
    ["microsoft", "AADSTS50105", "access_denied", /^AADSTS50105: .*Trace ID/s],
    ["microsoft", "AADSTS65001", "consent_required", /^AADSTS65001: /],
    ["okta", "User is not assigned to the client application.", "access_denied", /^User is not assigned/],
    ["plain", "temporarily_unavailable", "temporarily_unavailable", /./],
    ["google", "access_denied", "access_denied", /./],
  ];
  for (const [provider, name, error, description] of cases) {
    await setError(provider, "authorization", name, { times: 1 });
    const signIn = await start(provider);
    const { callback } = await new Browser().visit(signIn.url);
    assert.deepEqual([callback.error, callback.state], [error, signIn.parameters.state]);
    assert.match(callback.error_description, description);
  }
});

test("redirects errors to the callback page of a popup or hidden iframe", async () => {
  await setError("plain", "authorization", "login_required");
  const signIn = await start("plain");
  signIn.parameters.redirect_uri = new URL("callback.html", signIn.parameters.redirect_uri).href;
  const { callback } = await new Browser().visit(signIn.url);
  assert.deepEqual([callback?.error, callback?.state], ["login_required", signIn.parameters.state]);
});

test("error responses have an iss at all providers but Microsoft and Okta", async () => {
  for (const [provider, hasIss] of [["plain", true], ["google", true], ["microsoft", false], ["okta", false]]) {
    await setError(provider, "authorization", "access_denied", { times: 1 });
    const signIn = await start(provider);
    const { callback } = await new Browser().visit(signIn.url);
    assert.equal(callback.iss, hasIss ? signIn.metadata.issuer : undefined);
  }
});

test("shows some errors on the vendor's page without a redirect", async () => {
  await setError("microsoft", "authorization", "AADSTS50011");
  const { status, html } = await new Browser().visit((await start("microsoft")).url);
  assert.equal(status, 400);
  assert.match(html, /AADSTS50011/);
});

test("never redirects an error to an unregistered URL", async () => {
  await setError("plain", "authorization", "access_denied");
  const signIn = await start("plain");
  signIn.parameters.redirect_uri = "https://evil.example/";
  const { status, callback } = await new Browser().visit(signIn.url);
  assert.deepEqual([status, callback], [400, undefined]);
});

test("other endpoints respond with the error's document and status, readable by the page", async () => {
  const cases = [
    ["microsoft", "AADSTS7000218", 401, "invalid_client"],
    ["okta", "No client credentials found.", 401, "invalid_client"],
    ["google", "Token has been expired or revoked.", 400, "invalid_grant"],
    ["plain", "invalid_grant", 400, "invalid_grant"],
  ];
  for (const [provider, name, status, error] of cases) {
    await setError(provider, "token", name, { times: 1 });
    const response = await (await start(provider)).codeRequest("code");
    assert.equal(response.headers.get("Access-Control-Allow-Origin"), PAGE_ORIGIN);
    assert.deepEqual([response.status, (await response.json()).error], [status, error]);
  }
});

test("a second fault no-cors makes the error unreadable for the page", async () => {
  await setError("microsoft", "token", "AADSTS9002326");
  await server.control("POST", "faults", { provider: "microsoft", endpoint: "token", kind: "no-cors" });
  const response = await (await start("microsoft")).codeRequest("code");
  assert.equal(response.headers.get("Access-Control-Allow-Origin"), null);
});

test("discovery reports an unknown tenant", async () => {
  await setError("microsoft", "discovery", "AADSTS90002");
  const response = await fetchFromPage(discoveryUrl(server.provider("microsoft")));
  assert.equal(response.status, 400);
  assert.deepEqual((await response.json()).error_codes, [90002]);
});

test("rejects another vendor's errors, and lists the known ones", async () => {
  const response = await setError("okta", "token", "AADSTS50105");
  assert.equal(response.status, 400);
  assert.match(response.error, /E0000047/);
});
