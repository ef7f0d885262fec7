// Faults in the provider's JSON documents, and in the parameters that it sends back to a page.

import { applyIdTokenFaults } from "./id_token_faults.mjs";
import { generateKeys, publicKey } from "./keys.mjs";
import { frontChannelView, show } from "./views.mjs";

/** The routes of oidc-provider that send the browser back to a page. */
const REDIRECT_ROUTES = {
  authorization: "authorization",
  resume: "authorization",
  end_session_confirm: "end_session",
};

export async function applyContentFaults(ctx, { faults, provider, endpoint, keys, pages }) {
  const { body } = ctx;
  if (ctx.status === 200 && ctx.method !== "OPTIONS" && isDocument(body)) {
    if (endpoint === "token" && body.id_token) {
      const idTokenFaults = [...faults.take(provider, "id_token", ["claims", "header", "signature", "unknown-kid"])];
      ctx.body = { ...body, id_token: applyIdTokenFaults(body.id_token, idTokenFaults, keys) };
    }
    for (const fault of faults.take(provider, endpoint, ["keys"])) {
      ctx.body = { keys: await changeKeys(ctx.body.keys, fault) };
    }
    for (const fault of faults.take(provider, endpoint, ["json"])) {
      ctx.body = applyChange(ctx.body, fault);
    }
  }

  const location = ctx.response.get("Location");
  const redirectEndpoint = REDIRECT_ROUTES[ctx.oidc?.route];
  if (redirectEndpoint && location && pages.isPage(location)) {
    for (const fault of faults.take(provider, redirectEndpoint, ["response"])) {
      ctx.set("Location", changeQuery(ctx.response.get("Location"), fault));
    }
  }
  if (ctx.oidc?.route === "end_session_confirm" && location) {
    for (const fault of faults.take(provider, "end_session", ["front-channel"])) showFrontChannel(ctx, fault);
  }
}

/** Changes a key set: removes members of all keys, hides the issuer's own keys, and puts others before them. */
async function changeKeys(keys, { remove = [], add = [], generate = [], hide_own = false }) {
  const generated = (await generateKeys(generate)).map(publicKey);
  const all = [...add, ...generated, ...(hide_own ? [] : keys)];
  return all.map((key) => applyChange(key, { remove }));
}

/** After a sign-out, shows a page of the client in a hidden frame, and a link to where the browser was to go. */
function showFrontChannel(ctx, { frame }) {
  const next = ctx.response.get("Location");
  ctx.remove("Location");
  show(ctx, { ...frontChannelView({ frame, next }), frames: new URL(frame).origin });
}

function isDocument(body) {
  return typeof body === "object" && body !== null && !Buffer.isBuffer(body) && !body.pipe;
}

/** Returns a copy of the object with a fault's `set` and `remove` applied. */
export function applyChange(object, { set = {}, remove = [] }) {
  const remaining = Object.entries(object).filter(([name]) => !remove.includes(name));
  return { ...Object.fromEntries(remaining), ...set };
}

function changeQuery(location, { set = {}, remove = [] }) {
  const url = new URL(location);
  for (const name of remove) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(set)) url.searchParams.set(name, value);
  return url.href;
}
