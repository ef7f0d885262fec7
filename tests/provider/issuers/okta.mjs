// The Okta-like issuer: the custom authorization server "default", whose ID tokens are thin.

export const okta = {
  id: "okta",
  kind: "okta",
  name: "Okta",
  issuer: "/okta/oauth2/default",
  mount: "/okta/oauth2/default",
  routes: {
    authorization: "/v1/authorize",
    token: "/v1/token",
    jwks: "/v1/keys",
    userinfo: "/v1/userinfo",
    revocation: "/v1/revoke",
    end_session: "/v1/logout",
  },
  client: { client_id: "0oa1localvestibule5d7", token_endpoint_auth_method: "none" },
  algorithms: ["RS256"],
  subject: (user) => `00u1local${user.id.slice(-11)}`,
  claims: (_user, claims) => ({ ...claims, ver: 1 }),
  openidClaims: ["ver"],
  /** In the code flow the claims of `profile` and `email` are at the userinfo endpoint alone. */
  thinIdToken: true,
};
