// Errors in a vendor's own words: on demand, as a fault of the kind "vendor-error", and instead of the library's
// errors. The errors of each vendor are defined in issuers/.

import { readForm } from "./body.mjs";
import { messageView, show } from "./views.mjs";

/** Errors of RFC 6749 and OpenID Connect Core, which every issuer knows. */
const STANDARD_ERRORS = {
  access_denied: { text: "The request was denied." },
  consent_required: { text: "The user has to consent." },
  interaction_required: { text: "The user has to interact with the provider." },
  invalid_client: { text: "The client is unknown.", status: 401 },
  invalid_grant: { text: "The grant is invalid." },
  invalid_scope: { text: "A scope is unknown." },
  login_required: { text: "The user has to sign in." },
  server_error: { text: "Something went wrong.", status: 500 },
  temporarily_unavailable: { text: "Try again later.", status: 503 },
  unauthorized_client: { text: "The client may not do this." },
};

/** The names of all errors of an issuer. */
export function errorNames({ errors = {} }) {
  return [...Object.keys(errors), ...Object.keys(STANDARD_ERRORS)];
}

/**
 * The error with this name: the `status`, `headers` and `body` of the response. `isPage` is true if the vendor shows
 * the error on its own page and never redirects back.
 */
export function vendorError({ errors = {}, formatError = formatStandardError }, name) {
  const own = errors[name];
  const error = { error: name, status: 400, ...(own ?? STANDARD_ERRORS[name]) };
  const format = own ? formatError : formatStandardError;
  return { headers: {}, isPage: false, ...error, body: format(name, error) };
}

const formatStandardError = (_name, { error, text }) => ({ error, error_description: text });

/** Applies faults of the kind "vendor-error". Returns whether the request now has its response. */
export async function applyVendorErrorFaults(ctx, env) {
  const { faults, provider, endpoint, definition, requests } = env;
  if (!endpoint || ctx.method === "OPTIONS") return false;
  for (const { error } of faults.take(provider, endpoint, ["vendor-error"])) {
    if (ctx.method === "POST") requests.setForm(ctx.req, await readForm(ctx.req));
    sendError(ctx, env, vendorError(definition, error));
    return true;
  }
  return false;
}

/** Redirects back to the page with the error if the vendor does, otherwise responds with it. */
export function sendError(ctx, env, { status, headers, body, isPage }) {
  if (env.endpoint !== "authorization") {
    ctx.body = body;
    ctx.status = status;
    ctx.set(headers);
  } else if (isPage || !env.pages.redirectUris.includes(ctx.query.redirect_uri)) {
    showErrorPage(ctx, body);
  } else {
    redirectWithError(ctx, env, body);
  }
}

function redirectWithError(ctx, env, { error, error_description }) {
  const { redirect_uri, state } = ctx.query;
  const standard = { error, error_description, state, iss: env.library.issuer };
  const parameters = env.definition.authorizationResponse?.(standard, env) ?? standard;
  const url = new URL(redirect_uri);
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  ctx.redirect(url.href);
}

/** The provider's own error page, which doesn't lead back. */
export function showErrorPage(ctx, { error, error_description }) {
  const text = `${error_description ?? "The provider cannot continue."} (${error})`;
  show(ctx, { ...messageView({ title: "Sign-in stopped here", text }), status: 400 });
}
