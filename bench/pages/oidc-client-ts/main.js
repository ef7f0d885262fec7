// oidc-client-ts with its defaults: discovery through the authority, and the user in session storage.
import { UserManager } from "oidc-client-ts";

import { isCallback, onSignIn, pageUrl, showName } from "../page.mjs";

const users = new UserManager({
  authority: ISSUER,
  client_id: CLIENT_ID,
  redirect_uri: pageUrl,
  scope: "openid profile email",
});
onSignIn(() => users.signinRedirect());

const user = isCallback() ? await users.signinCallback() : await users.getUser();
if (user) showName(user.profile.name);
history.replaceState(null, "", pageUrl);
