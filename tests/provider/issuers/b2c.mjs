// A policy of an Azure AD B2C tenant: `?p=` at every endpoint, and an issuer that differs from the discovery URL.

import { entra } from "./microsoft.mjs";
import { microsoftTime } from "./microsoft_errors.mjs";

const TENANT = "contoso.onmicrosoft.com";
const TENANT_ID = "3d5f1b7a-90c2-4e84-b6d8-f0a2c4e6180b";
const POLICY = "b2c_1_signin";

const withPolicy = (url) => `${url}?p=${POLICY}`;

export const b2c = {
  ...entra,
  id: "b2c",
  name: "Contoso",
  label: "Contoso customers",
  discoveryBase: `/b2c/${TENANT}/v2.0`,
  query: `?p=${POLICY}`,
  issuer: `/${TENANT_ID}/v2.0/`,
  mount: `/b2c/${TENANT}`,
  routes: {
    authorization: "/oauth2/v2.0/authorize",
    token: "/oauth2/v2.0/token",
    jwks: "/discovery/v2.0/keys",
    end_session: "/oauth2/v2.0/logout",
  },
  claims: (user, { email, email_verified, preferred_username, updated_at, ...claims }) => ({
    ...claims,
    ...(email && { emails: [email] }),
    oid: user.id,
    idp: "local",
    tfp: POLICY,
    newUser: false,
    ver: "1.0",
  }),
  /** The client itself is an API with one scope. */
  scopes: [entra.client.client_id],
  openidClaims: ["emails", "oid", "idp", "tfp", "newUser", "ver", "name"],
  errors: {
    ...entra.errors,
    AADB2C90091: { error: "access_denied", text: "The user has cancelled entering self-asserted information." },
    AADB2C90118: { error: "access_denied", text: "The user has forgotten their password." },
  },
  formatError(name, details) {
    if (!name.startsWith("AADB2C")) return entra.formatError(name, details);
    const { error, text } = details;
    const correlation = "6f3c1d2e-0a4b-4c8d-9e1f-7b5a3c2d1e0f";
    return {
      error,
      error_description: `${name}: ${text}\r\nCorrelation ID: ${correlation}\r\nTimestamp: ${microsoftTime()}\r\n`,
    };
  },
  errorName: (details) => (details.error === "access_denied" ? "AADB2C90091" : entra.errorName(details)),

  async onRequest(ctx, env) {
    if (env.endpoint && ctx.query.p !== POLICY) {
      ctx.status = 404;
      ctx.body = "There is no policy of this name.";
      return true;
    }
    return entra.onRequest(ctx, env);
  },

  /** Without a scope of an API or of the client itself, there is no access token, and nothing about one. */
  tokenResponse({ access_token, expires_in, ...body }, { request, form }) {
    const answer = { ...body, not_before: Math.floor(Date.now() / 1000), scope: "openid" };
    const scopes = (request?.scope ?? "").split(" ");
    if (!scopes.includes(form.client_id)) return answer;
    return { ...answer, access_token, expires_in, ext_expires_in: expires_in, scope: form.client_id };
  },

  discovery: (document) => ({
    issuer: document.issuer,
    authorization_endpoint: withPolicy(document.authorization_endpoint),
    token_endpoint: withPolicy(document.token_endpoint),
    end_session_endpoint: withPolicy(document.end_session_endpoint),
    jwks_uri: withPolicy(document.jwks_uri),
    response_modes_supported: ["query", "fragment", "form_post"],
    response_types_supported: ["code", "code id_token", "id_token"],
    scopes_supported: ["openid"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    claims_supported: ["oid", "sub", "newUser", "name", "emails", "idp", "tfp", "iss", "iat", "exp", "aud", "nonce"],
  }),

  jwks: (keys) => keys.map(({ kty, use, kid, n, e }) => ({ kty, use, kid, nbf: 1_493_763_266, n, e })),
};
