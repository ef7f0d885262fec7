// Faults of what the provider says: its JSON documents and the parameters it sends back to a page.

import { faultyIdToken } from "./id_token_faults.mjs";

/** The routes of oidc-provider that send the browser back to a page. */
const REDIRECTING_ROUTES = {
  authorization: "authorization",
  resume: "authorization",
  end_session_confirm: "end_session",
};

export function applyContentFaults(ctx, { faults, provider, endpoint, keys, pages }) {
  const { body } = ctx;
  if (ctx.status === 200 && ctx.method !== "OPTIONS" && isDocument(body)) {
    if (endpoint === "token" && body.id_token) {
      const idTokenFaults = [...faults.take(provider, "id_token", ["claims", "header", "signature", "unknown-kid"])];
      ctx.body = { ...body, id_token: faultyIdToken(body.id_token, idTokenFaults, keys) };
    }
    for (const fault of faults.take(provider, endpoint, ["json"])) {
      ctx.body = changed(ctx.body, fault);
    }
  }

  const location = ctx.response.get("Location");
  const redirecting = REDIRECTING_ROUTES[ctx.oidc?.route];
  if (redirecting && location && pages.isPage(location)) {
    for (const fault of faults.take(provider, redirecting, ["response"])) {
      ctx.set("Location", changedQuery(ctx.response.get("Location"), fault));
    }
  }
}

function isDocument(body) {
  return typeof body === "object" && body !== null && !Buffer.isBuffer(body) && !body.pipe;
}

/** A copy of the object with members set and removed, as a fault's `set` and `remove` say. */
export function changed(object, { set = {}, remove = [] }) {
  const kept = Object.entries(object).filter(([name]) => !remove.includes(name));
  return { ...Object.fromEntries(kept), ...set };
}

function changedQuery(location, { set = {}, remove = [] }) {
  const url = new URL(location);
  for (const name of remove) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(set)) url.searchParams.set(name, value);
  return url.href;
}
