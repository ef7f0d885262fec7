// Where a vendor's habits meet the library: a definition of issuers/ may have any of these hooks, and here
// each is called in its place. `scene` is what surrounds one request.
//
//   receive(ctx, scene)             before the library; true: the request has its answer
//   reason({ endpoint, error, detail, form })   the name in `answers` of what the library refuses
//   discovery(document, scene)      the metadata
//   jwks(keys, scene)               the public keys
//   tokens(body, scene)             the token endpoint's answer
//   idToken({ header, claims }, scene)
//   callback(parameters, scene)     what comes back to the page
//   userinfo(ctx, scene)            userinfo's answer

import { refusal, showRefusal } from "./answers.mjs";
import { read, write } from "./id_tokens.mjs";

/** Before the library sees the request; true when it has its answer. */
export async function receive(ctx, scene) {
  takeHintBack(ctx, scene);
  return (await scene.definition.receive?.(ctx, scene)) ?? false;
}

/** The library's answer as the vendor would give it. */
export function respond(ctx, scene) {
  const { definition, endpoint } = scene;
  if (ctx.method === "OPTIONS") return;
  if (endpoint === "token" || endpoint === "revocation") refuseAsVendor(ctx, scene);
  if (endpoint === "userinfo") definition.userinfo?.(ctx, scene);
  if (ctx.status === 200) DOCUMENTS[endpoint]?.(ctx, scene);
  changeCallback(ctx, scene);
}

const DOCUMENTS = {
  discovery(ctx, scene) {
    ctx.body = scene.definition.discovery?.(ctx.body, scene) ?? ctx.body;
  },
  jwks(ctx, scene) {
    const { keys } = ctx.body;
    ctx.body = { keys: scene.definition.jwks?.(keys, scene) ?? keys };
  },
  token(ctx, scene) {
    const { tokens, idToken } = scene.definition;
    ctx.body = tokens?.(ctx.body, scene) ?? ctx.body;
    if (!idToken || !ctx.body.id_token) return;
    const { header, claims } = read(ctx.body.id_token);
    ctx.body.id_token = write({ header, claims, ...idToken({ header, claims }, scene) }, scene.keys);
  },
};

function refuseAsVendor(ctx, { definition, endpoint }) {
  const form = ctx.oidc?.body ?? {};
  const says = definition.reason?.({ endpoint, ...problemOf(ctx), form });
  if (!says) return;
  const { status, headers, body } = refusal(definition, says);
  ctx.body = body;
  ctx.status = status;
  ctx.set(headers);
}

/** What the library says went wrong. Its `detail` is for its log, not for clients. */
function problemOf({ body, state }) {
  const { problem } = state;
  return { error: body?.error, detail: problem?.error_detail };
}

/** A page about what cannot go back, in the vendor's words. */
export function stopHere(ctx, definition, { error, error_description }) {
  const says = reasonOf(definition, error);
  showRefusal(ctx, says ? refusal(definition, says).body : { error, error_description });
}

/** The vendor's name for an error of the authorization endpoint. */
function reasonOf(definition, error) {
  return definition.reason?.({ endpoint: "authorization", error, form: {} });
}

function changeCallback(ctx, scene) {
  const { definition, pages } = scene;
  const location = ctx.response.get("Location");
  if (!["authorization", "resume"].includes(ctx.oidc?.route) || !location || !pages.isPage(location)) return;
  const url = new URL(location);
  let parameters = Object.fromEntries(url.searchParams);
  const says = parameters.error && reasonOf(definition, parameters.error);
  if (says) {
    const { error, error_description } = refusal(definition, says).body;
    parameters = { ...parameters, error, error_description };
  }
  parameters = definition.callback?.(parameters, scene) ?? parameters;
  url.search = new URLSearchParams(parameters);
  ctx.set("Location", url.href);
}

/** An ID token that a habit changed is a hint that the library does not know: it gets its own words back. */
function takeHintBack(ctx, { definition, library, signedWith }) {
  const { id_token_hint: hint } = ctx.query;
  if (!definition.idToken || typeof hint !== "string") return;
  try {
    const { header, claims } = read(hint);
    // The same words signed again are the same text: a forged one stays as it is.
    if (write({ header, claims }, signedWith) !== hint) return;
    const known = write({ header, claims: { ...claims, iss: library.issuer } }, signedWith);
    ctx.query = { ...ctx.query, id_token_hint: known };
  } catch {
    // Not an ID token: the library says so.
  }
}
