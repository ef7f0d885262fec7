// Okta: the custom authorization server "default", and the org server.

import { randomUUID } from "node:crypto";
import { sendError, vendorError } from "../vendor_errors.mjs";
import { messageView, show } from "../views.mjs";

const METADATA = [
  "issuer",
  "authorization_endpoint",
  "token_endpoint",
  "userinfo_endpoint",
  "jwks_uri",
  "revocation_endpoint",
  "end_session_endpoint",
];

const AUTH_METHODS = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"];
/** The characters that Okta allows in `state`. */
const STATE = /^[\w.,-]+$/;

/** Errors of Okta's management API. Discovery and rate limits use them too. */
const isManagementError = (name) => /^E\d{7}$/.test(name);

function formatError(name, { error, text }) {
  if (!isManagementError(name)) return { error, error_description: name };
  return {
    errorCode: name,
    errorSummary: text,
    errorLink: name,
    errorId: `oae${randomUUID().replaceAll("-", "").slice(0, 22)}`,
    errorCauses: [],
  };
}

const errors = {
  E0000007: { text: "Not found: Resource not found: unknown (AuthorizationServer)", status: 404 },
  E0000022: { text: "The endpoint does not support the provided HTTP method", status: 405 },
  E0000047: {
    text: "API call exceeded rate limit due to too many requests.",
    status: 429,
    headers: { "X-Rate-Limit-Limit": "600", "X-Rate-Limit-Remaining": "0" },
  },
  "No client credentials found.": { error: "invalid_client", status: 401 },
  "PKCE verification failed.": { error: "invalid_grant" },
  "The authorization code is invalid or has expired.": { error: "invalid_grant" },
  "The refresh token is invalid or expired.": { error: "invalid_grant" },
  "The 'redirect_uri' does not match the redirection URI used in the authorization request.": { error: "invalid_grant" },
  "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.": { error: "invalid_request", isPage: true },
  "Invalid value for 'client_id' parameter.": { error: "invalid_client", status: 401, isPage: true },
  "User is not assigned to the client application.": { error: "access_denied" },
  "Policy evaluation failed for this request, please check the policy configurations.": { error: "access_denied" },
  "The DPoP proof JWT header is missing.": { error: "invalid_dpop_proof" },
  "Authorization server requires nonce in DPoP proof.": { error: "use_dpop_nonce" },
  "One or more scopes are not configured for the authorization server resource.": { error: "invalid_scope" },
  "The client specified not to prompt, but the user is not logged in.": { error: "login_required" },
  "The authentication request has an invalid 'state' parameter.": { error: "invalid_request", isPage: true },
};

function errorName({ endpoint, error, detail = "", form }) {
  if (error === "login_required") return "The client specified not to prompt, but the user is not logged in.";
  if (error === "invalid_redirect_uri") {
    return "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.";
  }
  if (endpoint === "token" && error && !form.client_id) return "No client credentials found.";
  if (error === "invalid_client") return "Invalid value for 'client_id' parameter.";
  if (error !== "invalid_grant") return undefined;
  if (form.grant_type === "refresh_token") return "The refresh token is invalid or expired.";
  if (detail.includes("code_verifier")) return "PKCE verification failed.";
  if (detail.includes("redirect_uri")) {
    return "The 'redirect_uri' does not match the redirection URI used in the authorization request.";
  }
  return "The authorization code is invalid or has expired.";
}

function server({ id, label, issuer, mount, path, scopes }) {
  return {
    id,
    kind: "okta",
    name: "Okta",
    label,
    issuer,
    mount,
    routes: {
      authorization: `${path}/authorize`,
      token: `${path}/token`,
      jwks: `${path}/keys`,
      userinfo: `${path}/userinfo`,
      revocation: `${path}/revoke`,
      end_session: `${path}/logout`,
    },
    client: { client_id: "0oa1localvestibule5d7", token_endpoint_auth_method: "none" },
    algorithms: ["RS256"],
    lifetimes: { grace: 30 },
    subject: (user) => `00u1local${user.id.slice(-11)}`,
    claims: (_user, claims) => ({ ...claims, ver: 1 }),
    openidClaims: ["ver"],
    /** In the code flow, only userinfo has the claims of `profile` and `email`. */
    thinIdToken: true,
    errors,
    formatError,
    errorName,

    async onRequest(ctx, env) {
      const { endpoint, definition } = env;
      const { state } = ctx.query;
      if (endpoint === "authorization" && !(typeof state === "string" && STATE.test(state))) {
        sendError(ctx, env, vendorError(definition, "The authentication request has an invalid 'state' parameter."));
        return true;
      }
      if (endpoint === "end_session" && !ctx.query.id_token_hint) {
        const text = "The parameter 'id_token_hint' is missing. (E0000021)";
        show(ctx, { ...messageView({ title: "Sign-out stopped here", text }), status: 400 });
        return true;
      }
      return false;
    },

    discovery: (document) => ({
      ...Object.fromEntries(METADATA.map((name) => [name, document[name]])),
      response_types_supported: ["code", "id_token", "code id_token", "code token", "id_token token", "code id_token token"],
      response_modes_supported: ["query", "fragment", "form_post", "okta_post_message"],
      grant_types_supported: ["authorization_code", "implicit", "refresh_token", "password"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: ["RS256"],
      scopes_supported: scopes,
      token_endpoint_auth_methods_supported: AUTH_METHODS,
      revocation_endpoint_auth_methods_supported: AUTH_METHODS,
      code_challenge_methods_supported: ["S256"],
      request_parameter_supported: true,
    }),

    idToken: ({ claims }) => ({
      claims: { ...claims, jti: `ID.${randomUUID()}`, amr: ["pwd"], idp: "00o1local5d7", auth_time: claims.auth_time ?? claims.iat },
    }),

    authorizationResponse: ({ iss, ...parameters }) => parameters,

    /** Bearer token errors are in the header only. */
    userinfo(ctx) {
      if (ctx.status !== 401 && ctx.status !== 403) return;
      const { status } = ctx;
      ctx.body = "";
      ctx.status = status;
    },
  };
}

const SCOPES = ["openid", "profile", "email", "address", "phone", "offline_access"];

export const okta = server({
  id: "okta",
  issuer: "/okta/oauth2/default",
  mount: "/okta/oauth2/default",
  path: "/v1",
  scopes: [...SCOPES, "device_sso"],
});

const org = server({
  id: "okta-org",
  label: "Okta org server",
  issuer: "/okta",
  mount: "/okta",
  path: "/oauth2/v1",
  scopes: [...SCOPES, "groups"],
});

export const oktaOrg = {
  ...org,
  async onRequest(ctx, env) {
    const id = ctx.path.match(/^\/oauth2\/([\w-]+)\/\.well-known\//)?.[1];
    if (!id) return org.onRequest(ctx, env);
    const { status, body } = vendorError(org, "E0000007");
    ctx.body = { ...body, errorSummary: body.errorSummary.replace("unknown", id) };
    ctx.status = status;
    return true;
  },
};
