// A plain issuer that follows OpenID Connect and RFC 9700, without a vendor's peculiarities.

export const plain = {
  id: "plain",
  kind: "oidc",
  name: "Company SSO",
  /** For the page's button. The vendors' kinds have their own labels. */
  label: "Company SSO",
  issuer: "/plain",
  mount: "/plain",
  routes: {
    authorization: "/authorize",
    token: "/token",
    jwks: "/jwks",
    userinfo: "/userinfo",
    revocation: "/revoke",
    end_session: "/logout",
  },
  client: { client_id: "vestibule-local", token_endpoint_auth_method: "none" },
  /** The first key signs. The others are only in the key set. */
  algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
  subject: (user) => user.id,
};
