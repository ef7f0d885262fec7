// @okta/okta-auth-js as its README shows it for single-page applications, with tokens in session storage. The
// provider isn't Okta, so the page names its endpoints. The library verifies the ID token's signature.
import { OktaAuth } from "@okta/okta-auth-js";

import { onSignIn, pageUrl, showName } from "../page.mjs";

const auth = new OktaAuth({
  issuer: ISSUER,
  authorizeUrl: `${ISSUER}/authorize`,
  tokenUrl: `${ISSUER}/token`,
  userinfoUrl: `${ISSUER}/userinfo`,
  clientId: CLIENT_ID,
  redirectUri: pageUrl,
  scopes: ["openid", "profile", "email"],
  tokenManager: { storage: "sessionStorage" },
});
onSignIn(() => auth.token.getWithRedirect());

if (auth.isLoginRedirect()) {
  const { tokens } = await auth.token.parseFromUrl();
  auth.tokenManager.setTokens(tokens);
}
await auth.start();
const { idToken } = await auth.tokenManager.getTokens();
if (idToken) showName(idToken.claims.name);
