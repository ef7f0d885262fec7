// The Microsoft-like issuer: Entra ID v2.0 of one tenant.

const TENANT = "8f1d2c7e-6b3a-4c59-9e0d-2a4b6c8d0e1f";

export const microsoft = {
  id: "microsoft",
  kind: "microsoft",
  name: "Microsoft",
  issuer: `/microsoft/${TENANT}/v2.0`,
  mount: `/microsoft/${TENANT}`,
  routes: {
    authorization: "/oauth2/v2.0/authorize",
    token: "/oauth2/v2.0/token",
    jwks: "/discovery/v2.0/keys",
    userinfo: "/oidc/userinfo",
    end_session: "/oauth2/v2.0/logout",
  },
  client: { client_id: "2c9f4a1b-7d3e-4b58-a6c0-9e1f3d5b7a20", token_endpoint_auth_method: "none" },
  algorithms: ["RS256"],
  /** Entra's `sub` is pairwise and opaque; the directory's own id of a person is `oid`. */
  subject: (user) => Buffer.from(`entra ${user.id}`).toString("base64url"),
  claims: (user, { email_verified, ...claims }) => ({
    ...claims,
    tid: TENANT,
    oid: user.id,
    ver: "2.0",
  }),
  openidClaims: ["tid", "oid", "ver"],
};
