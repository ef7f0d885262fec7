// The habits of the conformance suite's issuers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Browser, fetchFromPage, SignIn } from "../testing/browser.mjs";
import { startProvider } from "../testing/provider.mjs";

let server;
before(async () => {
  server = await startProvider();
});
after(() => server.stop());

const start = (parameters) => SignIn.start(server.provider("conformance"), parameters);

test("the issuer's name ends with a slash, in the configuration, the metadata, responses and ID tokens", async () => {
  const signIn = await start();
  const issuer = `${server.origin}/conformance/`;
  assert.equal(signIn.provider.issuer, issuer);
  assert.equal(signIn.metadata.issuer, issuer);
  const { code, iss } = await signIn.asUser(new Browser(), "Ada");
  assert.equal(iss, issuer);
  const { id_token } = await (await signIn.codeRequest(code)).json();
  assert.equal((await signIn.verify(id_token)).iss, issuer);
});

test("only userinfo has the claims of profile, email, address and phone", async () => {
  const signIn = await start({ scope: "openid profile email address phone" });
  const { id_token, access_token } = await signIn.tokens(new Browser(), "Ada");
  const claims = await signIn.verify(id_token);
  const userinfo = await (await signIn.userinfo(access_token)).json();
  for (const name of ["name", "email", "address", "phone_number"]) {
    assert.ok(!(name in claims), name);
    assert.ok(name in userinfo, name);
  }
});

test("each scope releases only its claims", async () => {
  const signIn = await start({ scope: "openid email" });
  const { access_token } = await signIn.tokens(new Browser(), "Ada");
  const userinfo = await (await signIn.userinfo(access_token)).json();
  assert.deepEqual(Object.keys(userinfo).sort(), ["email", "email_verified", "sub"]);
});

test("response types are in no order", async () => {
  const { metadata } = await start();
  assert.ok(metadata.response_types_supported.includes("id_token code"));
});

test("the address of the key set differs at every start", async () => {
  const other = await startProvider();
  try {
    const { metadata } = await start();
    const again = (await SignIn.start(other.provider("conformance"))).metadata;
    const path = (uri) => new URL(uri).pathname;
    assert.notEqual(path(metadata.jwks_uri), path(again.jwks_uri));
    assert.equal((await fetchFromPage(`${server.origin}/conformance/jwks`)).status, 404);
  } finally {
    await other.stop();
  }
});
