// The Google-like issuer: a web client with a secret, and no end session endpoint.

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
  /** Google's subjects are decimal numbers of about 21 digits. */
  subject: (user) => `1046501234567890${user.id.slice(-4).padStart(5, "0")}`,

  /** Google demands the secret of a web client even with PKCE, and says so in these words. */
  respond(ctx, endpoint) {
    if (endpoint === "token" && ctx.method === "POST" && !ctx.oidc?.params?.client_secret) {
      ctx.status = 400;
      ctx.body = { error: "invalid_request", error_description: "client_secret is missing." };
    }
  },
};
