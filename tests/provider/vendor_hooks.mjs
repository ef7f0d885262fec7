// The hooks through which a vendor's definition in issuers/ changes what the library does. All are optional. `env` is
// what issuer.mjs knows about the request.
//
//   onRequest(ctx, env)              before the library; returns true if it has sent the response
//   errorName({ endpoint, error, detail, form })   the name in `errors` for an error of the library
//   formatError(name, error)         the document of an error
//   discovery(document, env)         the metadata
//   jwks(keys, env)                  the public keys
//   tokenResponse(body, env)         the token endpoint's response
//   idToken({ header, claims }, env)
//   signIdToken({ header, claims })   the ID token itself, for a vendor that signs without a key pair
//   authorizationResponse(parameters, env)   the parameters that the browser brings back to the page
//   userinfo(ctx, env)               the userinfo response

import { decodeIdToken, signIdToken } from "./id_tokens.mjs";
import { showErrorPage, vendorError } from "./vendor_errors.mjs";

/** Runs before the library sees the request. Returns whether the request has its response. */
export async function beforeLibrary(ctx, env) {
  restoreIdTokenHint(ctx, env);
  return (await env.definition.onRequest?.(ctx, env)) ?? false;
}

/** Changes the library's response to that of the vendor. */
export function afterLibrary(ctx, env) {
  const { definition, endpoint } = env;
  if (ctx.method === "OPTIONS") return;
  if (endpoint === "token" || endpoint === "revocation") changeError(ctx, env);
  if (endpoint === "userinfo") definition.userinfo?.(ctx, env);
  if (ctx.status === 200) CHANGE_DOCUMENT[endpoint]?.(ctx, env);
  changeAuthorizationResponse(ctx, env);
}

const CHANGE_DOCUMENT = {
  discovery(ctx, env) {
    ctx.body = env.definition.discovery?.(ctx.body, env) ?? ctx.body;
  },
  jwks(ctx, env) {
    const { keys } = ctx.body;
    const { jwks = () => keys } = env.definition;
    // Without a list, JSON leaves the member out.
    ctx.body = { keys: jwks(keys, env) };
  },
  token(ctx, env) {
    const { tokenResponse, idToken, signIdToken: signDifferently } = env.definition;
    ctx.body = tokenResponse?.(ctx.body, env) ?? ctx.body;
    if (!(idToken || signDifferently) || !ctx.body.id_token) return;
    const { header, claims } = decodeIdToken(ctx.body.id_token);
    if (signDifferently) {
      ctx.body.id_token = signDifferently({ header, claims });
      return;
    }
    ctx.body.id_token = signIdToken({ header, claims, ...idToken({ header, claims }, env) }, env.keys);
  },
};

function changeError(ctx, { definition, endpoint }) {
  const form = ctx.oidc?.body ?? {};
  const name = definition.errorName?.({ endpoint, ...libraryError(ctx), form });
  if (!name) return;
  const { status, headers, body } = vendorError(definition, name);
  ctx.body = body;
  ctx.status = status;
  ctx.set(headers);
}

/** The library's error. Clients never see its `detail`. */
function libraryError({ body, state }) {
  return { error: body?.error, detail: state.libraryError?.error_detail };
}

/** Shows an error that can't be sent back to the page, in the vendor's words. */
export function showLibraryError(ctx, definition, { error, error_description }) {
  const name = authorizationErrorName(definition, error);
  showErrorPage(ctx, name ? vendorError(definition, name).body : { error, error_description });
}

function authorizationErrorName(definition, error) {
  return definition.errorName?.({ endpoint: "authorization", error, form: {} });
}

function changeAuthorizationResponse(ctx, env) {
  const { definition, pages } = env;
  const location = ctx.response.get("Location");
  if (!["authorization", "resume"].includes(ctx.oidc?.route) || !location || !pages.isPage(location)) return;
  const url = new URL(location);
  let parameters = Object.fromEntries(url.searchParams);
  const name = parameters.error && authorizationErrorName(definition, parameters.error);
  if (name) {
    const { error, error_description } = vendorError(definition, name).body;
    parameters = { ...parameters, error, error_description };
  }
  parameters = definition.authorizationResponse?.(parameters, env) ?? parameters;
  url.search = new URLSearchParams(parameters);
  ctx.set("Location", url.href);
}

/** The library doesn't know ID tokens that a hook has changed. Gives it the original as the `id_token_hint`. */
function restoreIdTokenHint(ctx, { definition, library, allKeys }) {
  const { id_token_hint: hint } = ctx.query;
  if (!definition.idToken || typeof hint !== "string") return;
  try {
    const { header, claims } = decodeIdToken(hint);
    // Signing the same content again results in the same text, so this leaves a forged hint alone.
    if (signIdToken({ header, claims }, allKeys) !== hint) return;
    const original = signIdToken({ header, claims: { ...claims, iss: library.issuer } }, allKeys);
    ctx.query = { ...ctx.query, id_token_hint: original };
  } catch {
    // Not an ID token. The library rejects it.
  }
}
