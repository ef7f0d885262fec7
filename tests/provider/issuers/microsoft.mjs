// Microsoft Entra ID v2.0: one tenant, organizations, and common.

import { readForm } from "../body.mjs";
import { sendError, vendorError } from "../vendor_errors.mjs";
import { MICROSOFT_ERRORS, microsoftErrorName, formatMicrosoftError, microsoftTime } from "./microsoft_errors.mjs";

const HOME = "8f1d2c7e-6b3a-4c59-9e0d-2a4b6c8d0e1f";
const PARTNER = "b7e0a9d4-3c52-4f18-8a6b-5d4c3b2a1908";
/** The tenant of all personal accounts. */
const CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad";
/** The users whose tenant isn't HOME, at the issuers for several tenants. */
const TENANTS = { grace: PARTNER, murasaki: CONSUMERS };

/** The library's metadata that Entra has too. */
const METADATA = [
  "authorization_endpoint",
  "token_endpoint",
  "jwks_uri",
  "userinfo_endpoint",
  "end_session_endpoint",
  "claims_supported",
];

/** The scopes of Microsoft Graph. Scopes without a resource are Graph's too. */
const GRAPH_SCOPE = /^(openid|profile|email|offline_access|User\.Read|https:\/\/graph\.microsoft\.com\/[\w.]+)$/;
/** A scope of another API. */
const API_SCOPE = "api://local-api/access";

const DAY = 24 * 60 * 60;

/** What all directories share, including B2C policies. */
export const entra = {
  kind: "microsoft",
  client: { client_id: "2c9f4a1b-7d3e-4b58-a6c0-9e1f3d5b7a20", token_endpoint_auth_method: "none" },
  algorithms: ["RS256"],
  /** The token endpoint reports a missing code challenge, the authorization endpoint doesn't. */
  pkceRequired: false,
  /** Used refresh tokens stay valid. All expire a day after the sign-in. */
  lifetimes: { access_token: 3599, refresh_token: DAY, grace: Infinity },
  corsEndpoints: ["discovery", "jwks", "token"],
  /** Entra's `sub` is pairwise and opaque. The directory's ID of the user is `oid`. */
  subject: (user) => Buffer.from(`entra ${user.id}`).toString("base64url"),
  errors: MICROSOFT_ERRORS,
  formatError: formatMicrosoftError,
  errorName: microsoftErrorName,

  /** Only registered origins can redeem the codes and refresh tokens of a single-page application. */
  async onRequest(ctx, env) {
    if (env.endpoint !== "token" || ctx.method !== "POST") return false;
    const origin = ctx.get("Origin");
    if (env.pages.hasOrigin(origin)) return false;
    env.requests.setForm(ctx.req, await readForm(ctx.req));
    sendError(ctx, env, vendorError(env.definition, origin ? "AADSTS9002326" : "AADSTS9002327"));
    return true;
  },

  tokenResponse: (body) => ({ ...body, ext_expires_in: body.expires_in }),

  authorizationResponse({ iss, ...parameters }, { session }) {
    return parameters.code ? { ...parameters, session_state: session } : parameters;
  },
};

function directory({ id, tenant, label }) {
  const isShared = tenant !== HOME;
  const tenantOf = (user) => (isShared ? (TENANTS[user.username] ?? HOME) : HOME);
  const issuerOf = (env, tid) => `${env.origin}/microsoft/${tid}/v2.0`;
  return {
    ...entra,
    id,
    name: "Microsoft",
    label,
    issuer: `/microsoft/${tenant}/v2.0`,
    mount: `/microsoft/${tenant}`,
    // The second key signs for personal accounts.
    algorithms: isShared ? ["RS256", "RS256"] : ["RS256"],
    routes: {
      authorization: "/oauth2/v2.0/authorize",
      token: "/oauth2/v2.0/token",
      jwks: "/discovery/v2.0/keys",
      userinfo: "/oidc/userinfo",
      end_session: "/oauth2/v2.0/logout",
    },
    claims: (user, { email_verified, ...claims }) => ({ ...claims, tid: tenantOf(user), oid: user.id, ver: "2.0" }),
    openidClaims: ["tid", "oid", "ver"],
    scopes: [API_SCOPE],

    async onRequest(ctx, env) {
      const { scope } = ctx.query;
      const isKnown = (word) => GRAPH_SCOPE.test(word) || word === API_SCOPE;
      if (env.endpoint === "authorization" && typeof scope === "string" && !scope.split(" ").every(isKnown)) {
        sendError(ctx, env, vendorError(env.definition, "AADSTS70011"));
        return true;
      }
      return entra.onRequest(ctx, env);
    },

    discovery: (document, env) => ({
      ...Object.fromEntries(METADATA.map((name) => [name, document[name]])),
      issuer: issuerOf(env, isShared ? "{tenantid}" : tenant),
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
      response_modes_supported: ["query", "fragment", "form_post"],
      response_types_supported: ["code", "id_token", "code id_token", "id_token token"],
      scopes_supported: ["openid", "profile", "email", "offline_access"],
      subject_types_supported: ["pairwise"],
      id_token_signing_alg_values_supported: ["RS256"],
      request_uri_parameter_supported: false,
      http_logout_supported: true,
      frontchannel_logout_supported: true,
      tls_client_certificate_bound_access_tokens: true,
      tenant_region_scope: isShared ? null : "EU",
      cloud_instance_name: "microsoftonline.com",
    }),

    /** Keys have no `alg`, and an `issuer` whose tokens they sign. */
    jwks: (keys, env) =>
      keys.map(({ kty, use, kid, n, e }, index) => ({
        kty,
        use,
        kid,
        x5t: kid,
        n,
        e,
        issuer: issuerOf(env, index === 0 ? "{tenantid}" : CONSUMERS),
      })),

    /** Issuer and key are those of the user's tenant. */
    idToken({ header, claims }, env) {
      const key = env.keys[claims.tid === CONSUMERS ? 1 : 0];
      return {
        header: { typ: "JWT", alg: "RS256", kid: key.kid },
        claims: { ...claims, iss: issuerOf(env, claims.tid), nbf: claims.iat },
      };
    },

    /** Userinfo belongs to Microsoft Graph, and accepts tokens for Graph only. */
    userinfo(ctx, env) {
      const scope = env.request?.scope ?? "";
      if (ctx.status === 200 && scope.split(" ").every((word) => GRAPH_SCOPE.test(word))) return;
      ctx.status = 401;
      ctx.body = {
        error: {
          code: "InvalidAuthenticationToken",
          message: "Access token validation failure. Invalid audience.",
          innerError: { date: microsoftTime() },
        },
      };
    },
  };
}

export const microsoft = directory({ id: "microsoft", tenant: HOME });
export const organizations = directory({ id: "organizations", tenant: "organizations", label: "Any organisation" });
export const common = directory({ id: "common", tenant: "common", label: "Any Microsoft account" });
