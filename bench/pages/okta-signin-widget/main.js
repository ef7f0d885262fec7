// @okta/okta-signin-widget as its README shows it, with a button for an external identity provider, as a picker has
// it. The engine "classic" draws its form without asking an Okta org first, which makes the start as fast as it gets.
import OktaSignIn from "@okta/okta-signin-widget/classic";
import "@okta/okta-signin-widget/css/okta-sign-in.min.css";

import { pageUrl } from "../page.mjs";

const widget = new OktaSignIn({
  useClassicEngine: true,
  issuer: ISSUER,
  clientId: CLIENT_ID,
  redirectUri: pageUrl,
  idps: [{ id: "company-sso", text: LABEL, className: "company-sso" }],
  idpDisplay: "PRIMARY",
  authParams: {
    authorizeUrl: `${ISSUER}/authorize`,
    tokenUrl: `${ISSUER}/token`,
    scopes: ["openid", "profile", "email"],
  },
});
widget.showSignInAndRedirect({ el: "#widget" });
