// authentik without a signing key: it signs ID tokens with HS256 and the client's secret, and its key set is empty.

import { createHmac } from "node:crypto";

import { plain } from "./plain.mjs";

/** Nobody outside knows it, least of all a page. */
const CLIENT_SECRET = "authentik-local-client-secret";

const encodePart = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export const authentik = {
  ...plain,
  id: "authentik",
  name: "authentik",
  label: "authentik",
  issuer: "/application/o/vestibule/",
  mount: "/application/o/vestibule",
  client: { client_id: "vestibule-authentik", token_endpoint_auth_method: "none" },

  discovery: (document) => ({ ...document, id_token_signing_alg_values_supported: ["HS256"] }),

  /** Not even a list of keys. */
  jwks: () => undefined,

  signIdToken({ claims }) {
    const input = `${encodePart({ alg: "HS256", typ: "JWT" })}.${encodePart(claims)}`;
    return `${input}.${createHmac("sha256", CLIENT_SECRET).update(input).digest("base64url")}`;
  },
};
