// An issuer with the habits of the issuers in the OpenID Foundation's conformance suite. The conformance tests play the
// suite's modules here.

import { randomUUID } from "node:crypto";

export const conformance = {
  id: "conformance",
  kind: "oidc",
  name: "Conformance",
  label: "Conformance",
  /** With a trailing slash, which is part of its name. */
  issuer: "/conformance/",
  mount: "/conformance",
  routes: {
    authorization: "/authorize",
    token: "/token",
    /** Different at every start, so only the metadata leads to it. */
    jwks: `/jwks-${randomUUID()}`,
    userinfo: "/userinfo",
    revocation: "/revoke",
    end_session: "/logout",
  },
  client: { client_id: "vestibule-conformance", token_endpoint_auth_method: "none" },
  /** The first key signs. */
  algorithms: ["RS256", "ES256"],
  subject: (user) => user.id,
  scopes: ["address", "phone"],
  claims: (user, claims) => ({
    ...claims,
    address: { formatted: `1 Example Street, ${user.family_name}` },
    phone_number: "+1 555 0100",
    phone_number_verified: false,
  }),
  /** Only userinfo has a profile, so clients have to request it. */
  thinIdToken: true,
  /** The values of composite response types are in no particular order (OAuth 2.0 Multiple Response Types §5). */
  discovery: (document) => ({
    ...document,
    response_types_supported: ["code", "token id_token", "id_token code", "token code", "id_token", "token id_token code"],
  }),
};
