// authentik without a signing key.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { decodeProtectedHeader } from "jose";

import { Browser, fetchFromPage, SignIn } from "../testing/browser.mjs";
import { startProvider } from "../testing/provider.mjs";

let server;
before(async () => {
  server = await startProvider();
});
after(() => server.stop());

test("signs with a shared secret, and has no keys", async () => {
  const signIn = await SignIn.start(server.provider("authentik"));
  assert.match(signIn.metadata.issuer, /\/application\/o\/vestibule\/$/);
  assert.deepEqual(signIn.metadata.id_token_signing_alg_values_supported, ["HS256"]);
  const { id_token, access_token } = await signIn.tokens(new Browser(), "Ada");
  assert.deepEqual(decodeProtectedHeader(id_token), { alg: "HS256", typ: "JWT" });
  assert.ok(access_token);
  assert.deepEqual(await (await fetchFromPage(signIn.metadata.jwks_uri)).json(), {});
});
