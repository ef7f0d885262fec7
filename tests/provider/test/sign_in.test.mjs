// Signing in at each issuer, from discovery to userinfo, and what the issuers reject.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Browser, buttons, fetchFromPage, heading, SignIn } from "../testing/browser.mjs";
import { PAGE, startProvider } from "../testing/provider.mjs";

let server;
before(async () => {
  server = await startProvider();
});
after(() => server.stop());

const start = (id, parameters) => SignIn.start(server.provider(id), parameters);

const NAMES = { microsoft: "Microsoft", google: "Google", okta: "Okta", plain: "Company SSO" };

for (const [id, name] of Object.entries(NAMES)) {
  test(`signs a user in at ${name}`, async () => {
    const browser = new Browser();
    const signIn = await start(id);
    assert.equal(signIn.metadata.issuer, signIn.provider.issuer);

    const loginPage = await browser.visit(signIn.url);
    assert.equal(heading(loginPage.html), `Sign in to ${name} (local)`);
    const { callback } = await browser.press(loginPage, "Ada Lovelace ada@example.com");
    assert.equal(callback.state, signIn.parameters.state);
    // Microsoft and Okta don't implement RFC 9207.
    assert.equal(callback.iss, ["microsoft", "okta"].includes(id) ? undefined : signIn.provider.issuer);

    const response = await signIn.codeRequest(callback.code);
    assert.equal(response.status, 200);
    const tokens = await response.json();
    const claims = await signIn.verify(tokens.id_token);
    const userinfo = await (await signIn.userinfo(tokens.access_token)).json();
    assert.equal(userinfo.sub, claims.sub);
    assert.equal(userinfo.name, "Ada Lovelace");
    assert.equal(userinfo.email, "ada@example.com");
    // Okta's ID tokens lack the profile.
    assert.equal(claims.email, id === "okta" ? undefined : "ada@example.com");

    const picture = await fetch(userinfo.picture);
    assert.match(picture.headers.get("Content-Type"), /^image\/svg\+xml/);
    assert.match(await picture.text(), /^<svg /);
  });
}

test("every endpoint in the metadata exists", async () => {
  for (const id of Object.keys(NAMES)) {
    const { metadata } = await start(id);
    for (const [name, url] of Object.entries(metadata).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))) {
      const method = ["token_endpoint", "revocation_endpoint"].includes(name) ? "POST" : "GET";
      assert.notEqual((await fetch(url, { method })).status, 404, url);
    }
  }
});

test("a user has a different subject at every issuer", async () => {
  const subjects = new Set();
  for (const id of Object.keys(NAMES)) {
    const signIn = await start(id);
    const tokens = await signIn.tokens(new Browser(), "Grace Hopper");
    subjects.add((await signIn.verify(tokens.id_token)).sub);
  }
  assert.equal(subjects.size, 4);
});

test("the login page has a button for every test user, and Cancel", async () => {
  const { html } = await new Browser().visit((await start("plain")).url);
  assert.deepEqual(
    buttons(html).map(({ text }) => text),
    [...server.users.map(({ name, email }) => `${name} ${email ?? "no e-mail"}`), "Cancel"],
  );
  assert.doesNotMatch(html, /<script/);
});

test("omits claims that a user doesn't have", async () => {
  const signIn = await start("plain");
  const emmy = await signIn.verify((await signIn.tokens(new Browser(), "Emmy Noether")).id_token);
  assert.equal(emmy.name, "Emmy Noether");
  assert.ok(!("email" in emmy) && !("email_verified" in emmy) && !("picture" in emmy));
});

test("cancelling returns access_denied with the state", async () => {
  const signIn = await start("plain");
  const callback = await signIn.asUser(new Browser(), "Cancel");
  assert.equal(callback.error, "access_denied");
  assert.equal(callback.state, signIn.parameters.state);
  assert.equal(callback.iss, signIn.provider.issuer);
});

test("shows an unknown redirect URI or client on a page, without a redirect", async () => {
  const mistakes = [
    { redirect_uri: "http://127.0.0.1:8080/other/" },
    { redirect_uri: `${PAGE}?more=1` },
    { client_id: "somebody-else" },
  ];
  for (const mistake of mistakes) {
    const { status, html } = await new Browser().visit((await start("plain", mistake)).url);
    assert.equal(status, 400);
    assert.equal(heading(html), "Sign-in stopped here");
  }
});

test("rejects a request without PKCE S256", async () => {
  for (const method of [{ code_challenge: undefined, code_challenge_method: undefined }, { code_challenge_method: "plain" }]) {
    // Microsoft reports it at the token endpoint.
    for (const id of ["google", "okta", "plain"]) {
      const { callback } = await new Browser().visit((await start(id, method)).url);
      assert.equal(callback.error, "invalid_request");
    }
  }
});

test("rejects a wrong verifier, and a code that was already used", async () => {
  const signIn = await start("plain");
  const { code } = await signIn.asUser(new Browser(), "Ada");
  const wrong = await signIn.codeRequest(code, { code_verifier: "x".repeat(43) });
  assert.deepEqual([wrong.status, (await wrong.json()).error], [400, "invalid_grant"]);
  assert.equal((await signIn.codeRequest(code)).status, 200);
  const second = await signIn.codeRequest(code);
  assert.deepEqual([second.status, (await second.json()).error], [400, "invalid_grant"]);
});

test("prompt=none requires a session", async () => {
  const browser = new Browser();
  const silent = await start("plain", { prompt: "none" });
  assert.equal((await browser.visit(silent.url)).callback.error, "login_required");
  await (await start("plain")).asUser(browser, "Ada");
  assert.ok((await browser.visit(silent.url)).callback.code);
});

test("prompt=login and prompt=select_account show the login page again, for any user", async () => {
  const browser = new Browser();
  await (await start("plain")).asUser(browser, "Ada");
  for (const [prompt, name] of [["login", "Grace Hopper"], ["select_account", "紫 式部"]]) {
    const signIn = await start("plain", { prompt });
    const tokens = await signIn.tokens(browser, name);
    assert.equal((await signIn.verify(tokens.id_token)).name, name);
  }
});

test("the issuers' sessions are independent", async () => {
  const browser = new Browser();
  await (await start("plain")).asUser(browser, "Ada");
  await (await start("okta")).asUser(browser, "Grace");
  await (await start("google")).asUser(browser, "Emmy");
  await (await start("microsoft")).asUser(browser, "Ada");
  for (const id of Object.keys(NAMES)) {
    assert.ok((await browser.visit((await start(id, { prompt: "none" })).url)).callback.code, id);
  }
});

test("sign-ins in two tabs are independent", async () => {
  const browser = new Browser();
  const tabs = [];
  for (const name of ["Ada Lovelace", "Grace Hopper"]) {
    const signIn = await start("plain");
    tabs.push({ name, signIn, loginPage: await browser.visit(signIn.url) });
  }
  for (const { name, signIn, loginPage } of tabs) {
    const { callback } = await browser.press(loginPage, name);
    assert.equal(callback.state, signIn.parameters.state);
    const { id_token } = await (await signIn.codeRequest(callback.code)).json();
    assert.equal((await signIn.verify(id_token)).name, name);
  }
});

test("a used login page says so", async () => {
  const browser = new Browser();
  const loginPage = await browser.visit((await start("plain")).url);
  await browser.press(loginPage, "Ada");
  assert.equal(heading((await browser.press(loginPage, "Ada")).html), "This sign-in is over");
});

test("offline_access returns a refresh token that rotates, and reuse revokes it", async () => {
  const signIn = await start("plain", { scope: "openid offline_access" });
  const { refresh_token } = await signIn.tokens(new Browser(), "Ada");
  const refresh = (token) => signIn.tokenRequest({ grant_type: "refresh_token", refresh_token: token });
  const rotated = await (await refresh(refresh_token)).json();
  assert.ok(rotated.id_token);
  assert.notEqual(rotated.refresh_token, refresh_token);
  assert.equal((await refresh(refresh_token)).status, 400);
  assert.equal((await refresh(rotated.refresh_token)).status, 400);
});

test("returns no refresh token without offline_access", async () => {
  assert.ok(!("refresh_token" in (await (await start("plain")).tokens(new Browser(), "Ada"))));
});

test("rejects a revoked refresh token", async () => {
  const signIn = await start("plain", { scope: "openid offline_access" });
  const { refresh_token } = await signIn.tokens(new Browser(), "Ada");
  const { client_id } = signIn.provider;
  const revocation = await fetchFromPage(signIn.metadata.revocation_endpoint, {
    method: "POST",
    body: new URLSearchParams({ token: refresh_token, client_id }),
  });
  assert.equal(revocation.status, 200);
  assert.equal((await signIn.tokenRequest({ grant_type: "refresh_token", refresh_token })).status, 400);
});

for (const id of ["microsoft", "okta", "plain"]) {
  test(`signing out at ${NAMES[id]} ends the session and returns with the state`, async () => {
    const browser = new Browser();
    const signIn = await start(id);
    const { id_token } = await signIn.tokens(browser, "Ada");
    const url = new URL(signIn.metadata.end_session_endpoint);
    url.search = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: PAGE, state: "back" });
    const question = await browser.visit(url.href);
    assert.equal(heading(question.html), `Sign out of ${NAMES[id]} (local)?`);
    assert.deepEqual((await browser.press(question, "Sign out")).callback, { state: "back" });
    const silent = await start(id, { prompt: "none" });
    assert.equal((await browser.visit(silent.url)).callback.error, "login_required");
  });
}

test("signing out never redirects to an unregistered URL", async () => {
  const browser = new Browser();
  const signIn = await start("plain");
  const { id_token } = await signIn.tokens(browser, "Ada");
  const url = new URL(signIn.metadata.end_session_endpoint);
  url.search = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri: "http://127.0.0.1:8080/evil" });
  assert.equal((await browser.visit(url.href)).status, 400);
});

test("only the origins of registered pages can read responses", async () => {
  const { metadata, provider } = await start("plain");
  const requests = [
    ["GET", `${provider.issuer}/.well-known/openid-configuration`],
    ["GET", metadata.jwks_uri],
    ["POST", metadata.token_endpoint],
    ["GET", metadata.userinfo_endpoint],
  ];
  for (const [method, url] of requests) {
    for (const [origin, allowed] of [["http://127.0.0.1:8080", true], ["http://127.0.0.1:9090", false], ["null", false]]) {
      const preflight = { "Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization" };
      const responses = [
        await fetch(url, { method, headers: { Origin: origin } }),
        await fetch(url, { method: "OPTIONS", headers: { Origin: origin, ...preflight } }),
      ];
      for (const response of responses) {
        assert.equal(response.headers.get("Access-Control-Allow-Origin"), allowed ? origin : null, `${url} ${origin}`);
        assert.equal(response.headers.get("Access-Control-Allow-Credentials"), null);
      }
    }
  }
});
