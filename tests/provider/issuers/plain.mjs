// The plain issuer: what OpenID Connect and RFC 9700 ask of a provider, and no vendor's habits.

export const plain = {
  id: "plain",
  kind: "oidc",
  name: "Company SSO",
  /** Shown on the page's button; the vendors' kinds have their own. */
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
  /** The first signs; the others stand in the key set beside it. */
  algorithms: ["RS256", "PS256", "ES256", "EdDSA"],
  subject: (user) => user.id,
};
