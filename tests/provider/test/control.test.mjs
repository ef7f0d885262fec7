// The control interface: who may use it, and everything that it does except faults.

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, test } from "node:test";

import { createLocalJWKSet, jwtVerify } from "jose";

import { Browser, fetchFromPage, heading, SignIn } from "../testing/browser.mjs";
import { PAGE, PAGE_ORIGIN, startProvider } from "../testing/provider.mjs";

let server;
let plain;
before(async () => {
  server = await startProvider();
  plain = server.provider("plain");
});
after(() => server.stop());

test("rejects requests from browsers", async () => {
  for (const headers of [{ Origin: PAGE_ORIGIN }, { Origin: server.origin }, { "Sec-Fetch-Site": "none" }]) {
    for (const [method, action] of [["GET", "requests"], ["DELETE", "faults"], ["OPTIONS", "faults"]]) {
      const response = await fetch(`${server.origin}/control/${action}`, { method, headers });
      assert.equal(response.status, 403);
      assert.equal(response.headers.get("Access-Control-Allow-Origin"), null);
    }
  }
});

test("rejects other host names", async () => {
  const { port } = new URL(server.origin);
  for (const path of ["/control/requests", "/plain/authorize"]) {
    const status = await new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port, path, headers: { Host: `evil.example:${port}` } };
      request(options, (res) => resolve(res.resume().statusCode)).on("error", reject).end();
    });
    assert.equal(status, 421);
  }
});

test("registers another page", async () => {
  const page = "http://127.0.0.1:9090/";
  const signIn = await SignIn.start(plain, { redirect_uri: page });
  assert.equal((await new Browser().visit(signIn.url)).status, 400);
  assert.deepEqual((await server.control("POST", "pages", { url: page })).pages, [PAGE, page]);
  assert.equal(heading((await new Browser().visit(signIn.url)).html), "Sign in to Company SSO (local)");
  const discovery = await fetch(`${plain.issuer}/.well-known/openid-configuration`, {
    headers: { Origin: "http://127.0.0.1:9090" },
  });
  assert.equal(discovery.headers.get("Access-Control-Allow-Origin"), "http://127.0.0.1:9090");
});

test("rejects a page that isn't an http or https URL", async () => {
  for (const url of ["javascript:alert(1)", "not a url", `${PAGE}#part`, 7, undefined]) {
    const response = await server.control("POST", "pages", { url });
    assert.equal(response.status, 400);
    assert.match(response.error, /^A page is an http or https URL/);
  }
});

test("lists requests without secrets", async () => {
  await server.control("DELETE", "requests");
  const google = server.provider("google");
  const signIn = await SignIn.start(google);
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const { access_token } = await (await signIn.codeRequest(code)).json();
  await fetchFromPage(signIn.metadata.userinfo_endpoint, { headers: { Authorization: `Bearer ${access_token}` } });

  const { requests } = await server.control("GET", "requests");
  const token = requests.find(({ endpoint }) => endpoint === "token");
  assert.deepEqual(
    { ...token, headers: token.headers.includes("origin"), grant: typeof token.grant },
    {
      method: "POST",
      path: "/google/token",
      provider: "google",
      endpoint: "token",
      origin: PAGE_ORIGIN,
      headers: true,
      query_parameters: [],
      form_parameters: ["client_id", "client_secret", "grant_type", "code", "redirect_uri", "code_verifier"],
      grant: "number",
      redirect_uri: PAGE,
      grant_type: "authorization_code",
      status: 200,
    },
  );
  const authorization = requests.find(({ endpoint }) => endpoint === "authorization");
  assert.equal(authorization.redirect_uri, PAGE);
  assert.ok(authorization.query_parameters.includes("code_challenge"));
  const text = JSON.stringify(requests);
  const { state, nonce } = signIn.parameters;
  for (const secret of [code, access_token, signIn.verifier, state, nonce, google.client_secret]) {
    assert.ok(!text.includes(secret));
  }
});

test("lists the form of a request that a fault responded to", async () => {
  await server.control("DELETE", "requests");
  await server.control("POST", "faults", { provider: "plain", endpoint: "token", kind: "status", status: 500 });
  const signIn = await SignIn.start(plain);
  await signIn.codeRequest("a-code");
  await server.control("DELETE", "faults");
  const { requests } = await server.control("GET", "requests");
  const { form_parameters, status } = requests.find(({ endpoint }) => endpoint === "token");
  assert.ok(form_parameters.includes("code_verifier"));
  assert.equal(status, 500);
});

test("ends the sessions of all browsers", async () => {
  const browser = new Browser();
  const signIn = await SignIn.start(plain);
  await signIn.tokens(browser, "Ada");
  assert.ok((await browser.visit((await SignIn.start(plain)).url)).callback, "there is no session");
  await server.control("DELETE", "sessions");
  const asked = await browser.visit((await SignIn.start(plain)).url);
  assert.equal(heading(asked.html), "Sign in to Company SSO (local)");
  // The browser can sign in again.
  await signIn.tokens(browser, "Grace");
});

test("rotates the signing key, and still accepts older ID tokens at sign-out", async () => {
  const browser = new Browser();
  const signIn = await SignIn.start(plain);
  const before = (await signIn.tokens(browser, "Ada")).id_token;
  const { kid } = await server.control("POST", "rotate-keys", { provider: "plain" });

  const { keys } = await (await fetchFromPage(signIn.metadata.jwks_uri)).json();
  assert.ok(keys.some((key) => key.kid === kid));
  assert.equal(keys.filter(({ alg }) => alg === "RS256").length, 1);
  await assert.rejects(jwtVerify(before, createLocalJWKSet({ keys })));

  const next = await SignIn.start(plain);
  const { code } = (await browser.visit(next.url)).callback;
  const { id_token } = await (await next.codeRequest(code)).json();
  assert.equal((await jwtVerify(id_token, createLocalJWKSet({ keys }))).protectedHeader.kid, kid);

  const url = new URL(signIn.metadata.end_session_endpoint);
  url.search = new URLSearchParams({ id_token_hint: before, post_logout_redirect_uri: PAGE, state: "s" });
  assert.deepEqual((await browser.press(await browser.visit(url.href), "Sign out")).callback, { state: "s" });
});

test("lists the actions in response to an unknown one", async () => {
  const response = await server.control("POST", "explode");
  assert.equal(response.status, 404);
  assert.match(response.error, /POST faults/);
});
