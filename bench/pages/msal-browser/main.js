// @azure/msal-browser with its defaults and session storage, for accounts of any organization. It accepts authorities
// with https only, so it can't sign in at the local provider: the bench measures its start.
import { createStandardPublicClientApplication } from "@azure/msal-browser";

import { onSignIn, pageUrl, showName } from "../page.mjs";

const ready = createStandardPublicClientApplication({
  auth: {
    clientId: "00000000-0000-0000-0000-000000000000",
    authority: "https://login.microsoftonline.com/organizations",
    redirectUri: pageUrl,
  },
  cache: { cacheLocation: "sessionStorage" },
});
onSignIn(async () => (await ready).loginRedirect({ scopes: ["openid", "profile", "email"] }));

const application = await ready;
const result = await application.handleRedirectPromise();
if (result) showName(result.account.name);
