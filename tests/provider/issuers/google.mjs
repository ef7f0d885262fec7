// Google: a web client with a secret, CORS for simple requests only, and no end session endpoint.

import { readForm } from "../body.mjs";
import { sendError, vendorError } from "../vendor_errors.mjs";

const WORKSPACE = "example.com";
/** The users with accounts of the Workspace domain. The others have personal accounts. */
const WORKSPACE_USERS = ["ada", "grace", "hubert"];
const HALF_A_YEAR = 180 * 24 * 60 * 60;

const METADATA = [
  "issuer",
  "authorization_endpoint",
  "token_endpoint",
  "userinfo_endpoint",
  "revocation_endpoint",
  "jwks_uri",
];

export const google = {
  id: "google",
  kind: "google",
  name: "Google",
  issuer: "/google",
  mount: "/google",
  routes: {
    authorization: "/o/oauth2/v2/auth",
    token: "/token",
    jwks: "/oauth2/v3/certs",
    userinfo: "/v1/userinfo",
    revocation: "/revoke",
  },
  client: {
    client_id: "104650123456-local.apps.googleusercontent.example",
    client_secret: "local-google-client-secret",
    token_endpoint_auth_method: "client_secret_post",
  },
  algorithms: ["RS256"],
  lifetimes: { access_token: 3599, refresh_token: HALF_A_YEAR, rotation: false },
  /** Metadata and keys can be fetched with simple requests only; preflights fail. */
  rejectsPreflight: ["discovery", "jwks"],
  /** Google's subjects are decimal numbers of about 21 digits. */
  subject: (user) => `1046501234567890${user.id.slice(-4).padStart(5, "0")}`,
  claims: (user, { preferred_username, updated_at, ...claims }) => ({
    ...claims,
    ...(WORKSPACE_USERS.includes(user.username) && { hd: WORKSPACE }),
  }),
  openidClaims: ["hd"],
  /** Google issues a refresh token for `access_type=offline`, at the first consent or with `prompt=consent`. */
  issuesRefreshToken: ({ access_type, prompt = "", isFirst }) =>
    access_type === "offline" && (isFirst || prompt.split(" ").includes("consent")),

  errors: {
    "client_secret is missing.": { error: "invalid_request" },
    "Malformed auth code.": { error: "invalid_grant" },
    "Bad Request": { error: "invalid_grant" },
    "Invalid code verifier.": { error: "invalid_grant" },
    "Token has been expired or revoked.": { error: "invalid_grant" },
    "Unauthorized": { error: "invalid_client", status: 401 },
    "The OAuth client was not found.": { error: "invalid_client", status: 401, isPage: true },
    "The redirect URI of the request is not among the authorised ones.": { error: "redirect_uri_mismatch", isPage: true },
    "Some requested scopes were invalid.": { error: "invalid_scope", isPage: true },
  },
  formatError: (name, { error }) => ({ error, error_description: name }),
  errorName({ endpoint, error, detail = "", form }) {
    if (endpoint === "token" && form.grant_type && !form.client_secret) return "client_secret is missing.";
    if (error === "invalid_client") {
      const isUnknown = endpoint === "authorization" || form.client_id !== google.client.client_id;
      return isUnknown ? "The OAuth client was not found." : "Unauthorized";
    }
    if (error === "invalid_redirect_uri") return "The redirect URI of the request is not among the authorised ones.";
    if (error !== "invalid_grant") return undefined;
    if (form.grant_type === "refresh_token") return "Token has been expired or revoked.";
    if (detail.includes("code_verifier")) return "Invalid code verifier.";
    return detail.includes("not found") ? "Malformed auth code." : "Bad Request";
  },

  async onRequest(ctx, env) {
    const { scope = "" } = ctx.query;
    if (env.endpoint === "authorization" && scope.includes("offline_access")) {
      sendError(ctx, env, vendorError(google, "Some requested scopes were invalid."));
      return true;
    }
    if (env.endpoint !== "revocation" || ctx.method !== "POST") return false;
    await revoke(ctx, env);
    return true;
  },

  discovery: (document) => ({
    ...Object.fromEntries(METADATA.map((name) => [name, document[name]])),
    response_types_supported: ["code", "token", "id_token", "code token", "none"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
    scopes_supported: ["openid", "email", "profile"],
    token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
    claims_supported: ["aud", "email", "email_verified", "exp", "iat", "iss", "name", "picture", "sub"],
    code_challenge_methods_supported: ["plain", "S256"],
    grant_types_supported: ["authorization_code", "refresh_token"],
  }),

  /** A refresh response has no new refresh token: the old one stays valid. */
  tokenResponse({ refresh_token, ...body }, { form }) {
    return { ...body, ...(form.grant_type !== "refresh_token" && refresh_token && { refresh_token }) };
  },

  /** Google sends `iss`, although its metadata doesn't promise it, and more undocumented parameters. */
  authorizationResponse(parameters, { request, user }) {
    if (!parameters.code) return parameters;
    const isWorkspace = WORKSPACE_USERS.includes(user?.username);
    return {
      ...parameters,
      scope: request?.scope ?? "",
      authuser: "0",
      ...(isWorkspace && { hd: WORKSPACE }),
      prompt: request?.isFirst || request?.prompt?.includes("consent") ? "consent" : "none",
    };
  },
};

/** Revokes the whole grant of any of its tokens. Needs no client authentication. */
async function revoke(ctx, { library, forgetConsent, requests }) {
  const form = await readForm(ctx.req);
  requests.setForm(ctx.req, form);
  const { RefreshToken, AccessToken, AuthorizationCode, Grant } = library;
  const token = (await RefreshToken.find(`${form.token}`)) ?? (await AccessToken.find(`${form.token}`));
  if (!token) {
    ctx.status = 400;
    ctx.body = { error: "invalid_token", error_description: "Token expired or revoked" };
    return;
  }
  forgetConsent(token.accountId);
  for (const model of [RefreshToken, AccessToken, AuthorizationCode]) await model.revokeByGrantId(token.grantId);
  await Grant.adapter.destroy(token.grantId);
  ctx.body = {};
}
