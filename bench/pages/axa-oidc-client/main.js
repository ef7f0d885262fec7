// @axa-fr/oidc-client as its README shows it, without the optional service worker: tokens in session storage. The
// README's demo reloads the page after the sign-in; this page shows the name at once.
import { OidcClient } from "@axa-fr/oidc-client";

import { isCallback, onSignIn, pageUrl, showName } from "../page.mjs";

const client = OidcClient.getOrCreate()({
  authority: ISSUER,
  client_id: CLIENT_ID,
  redirect_uri: pageUrl,
  scope: "openid profile email",
});
onSignIn(() => client.loginAsync(location.pathname));

await client.tryKeepExistingSessionAsync();
if (isCallback()) await client.loginCallbackAsync();
const { tokens } = client;
if (tokens) showName(tokens.idTokenPayload.name);
