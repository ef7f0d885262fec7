// Refusals on demand: in the vendor's words, back to the page, from an endpoint, or on the vendor's own page.

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

const says = (provider, endpoint, words, more = {}) =>
  server.control("POST", "faults", { provider, endpoint, kind: "answer", says: words, ...more });
const start = (id) => SignIn.start(server.provider(id));

test("from the authorization endpoint it goes back to the page, with the state", async () => {
  const cases = [
    ["microsoft", "AADSTS50105", "access_denied", /^AADSTS50105: .*Trace ID/s],
    ["microsoft", "AADSTS65001", "consent_required", /^AADSTS65001: /],
    ["okta", "User is not assigned to the client application.", "access_denied", /^User is not assigned/],
    ["plain", "temporarily_unavailable", "temporarily_unavailable", /./],
    ["google", "access_denied", "access_denied", /./],
  ];
  for (const [provider, words, error, description] of cases) {
    await says(provider, "authorization", words, { times: 1 });
    const signIn = await start(provider);
    const { answer } = await new Browser().visit(signIn.url);
    assert.deepEqual([answer.error, answer.state], [error, signIn.parameters.state]);
    assert.match(answer.error_description, description);
  }
});

test("a popup or a hidden frame is refused at its own callback page", async () => {
  await says("plain", "authorization", "login_required");
  const signIn = await start("plain");
  signIn.parameters.redirect_uri = new URL("callback.html", signIn.parameters.redirect_uri).href;
  const { answer } = await new Browser().visit(signIn.url);
  assert.deepEqual([answer?.error, answer?.state], ["login_required", signIn.parameters.state]);
});

test("a refusal names its issuer where the provider promises that, and not at Microsoft and Okta", async () => {
  for (const [provider, names] of [["plain", true], ["google", true], ["microsoft", false], ["okta", false]]) {
    await says(provider, "authorization", "access_denied", { times: 1 });
    const signIn = await start(provider);
    const { answer } = await new Browser().visit(signIn.url);
    assert.equal(answer.iss, names ? signIn.metadata.issuer : undefined);
  }
});

test("what the vendor shows on its own page never goes back", async () => {
  await says("microsoft", "authorization", "AADSTS50011");
  const { status, html } = await new Browser().visit((await start("microsoft")).url);
  assert.equal(status, 400);
  assert.match(html, /AADSTS50011/);
});

test("nothing goes back to an address that is not registered", async () => {
  await says("plain", "authorization", "access_denied");
  const signIn = await start("plain");
  signIn.parameters.redirect_uri = "https://evil.example/";
  const { status, answer } = await new Browser().visit(signIn.url);
  assert.deepEqual([status, answer], [400, undefined]);
});

test("from an endpoint it is the document and the status, readable by the page", async () => {
  const cases = [
    ["microsoft", "AADSTS7000218", 401, "invalid_client"],
    ["okta", "No client credentials found.", 401, "invalid_client"],
    ["google", "Token has been expired or revoked.", 400, "invalid_grant"],
    ["plain", "invalid_grant", 400, "invalid_grant"],
  ];
  for (const [provider, words, status, error] of cases) {
    await says(provider, "token", words, { times: 1 });
    const response = await (await start(provider)).codeRequest("code");
    assert.equal(response.headers.get("Access-Control-Allow-Origin"), PAGE_ORIGIN);
    assert.deepEqual([response.status, (await response.json()).error], [status, error]);
  }
});

test("with no-cors beside it the page cannot read it", async () => {
  await says("microsoft", "token", "AADSTS9002326");
  await server.control("POST", "faults", { provider: "microsoft", endpoint: "token", kind: "no-cors" });
  const response = await (await start("microsoft")).codeRequest("code");
  assert.equal(response.headers.get("Access-Control-Allow-Origin"), null);
});

test("a directory that is not there is told by discovery", async () => {
  await says("microsoft", "discovery", "AADSTS90002");
  const response = await fetchFromPage(discoveryUrl(server.provider("microsoft")));
  assert.equal(response.status, 400);
  assert.deepEqual((await response.json()).error_codes, [90002]);
});

test("a provider says nothing that is another's, and tells what it can say", async () => {
  const answer = await says("okta", "token", "AADSTS50105");
  assert.equal(answer.status, 400);
  assert.match(answer.error, /E0000047/);
});
