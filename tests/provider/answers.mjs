// Refusals in a vendor's words: on demand, as a fault of the kind "answer", and where the library refuses by
// itself. Which refusals a vendor knows, and how it puts them, is in issuers/.

import { readForm } from "./body.mjs";
import { messageView, show } from "./views.mjs";

/** What RFC 6749 and OpenID Connect Core have words for: every issuer knows these. */
const STANDARD = {
  access_denied: { text: "The request was denied." },
  consent_required: { text: "The person has to consent." },
  interaction_required: { text: "The person has to do something." },
  invalid_client: { text: "The client is not known.", status: 401 },
  invalid_grant: { text: "The grant is not valid." },
  invalid_scope: { text: "A scope is not known." },
  login_required: { text: "The person has to sign in." },
  server_error: { text: "Something went wrong.", status: 500 },
  temporarily_unavailable: { text: "Come back later.", status: 503 },
  unauthorized_client: { text: "The client may not do this." },
};

/** The names of all refusals of an issuer. */
export function answerNames({ answers = {} }) {
  return [...Object.keys(answers), ...Object.keys(STANDARD)];
}

/**
 * The refusal of this name: `status`, `headers` and the `body` that an endpoint answers with; `isPage` when
 * the vendor shows it to the person and never sends them back.
 */
export function refusal({ answers = {}, refuse = plainly }, says) {
  const own = answers[says];
  const answer = { error: says, status: 400, ...(own ?? STANDARD[says]) };
  return { headers: {}, isPage: false, ...answer, body: own ? refuse(says, answer) : plainly(says, answer) };
}

const plainly = (_says, { error, text }) => ({ error, error_description: text });

/** Answers as the faults say; true when the request has its answer. */
export async function applyAnswerFaults(ctx, scene) {
  const { faults, provider, endpoint, definition, requests } = scene;
  if (!endpoint || ctx.method === "OPTIONS") return false;
  for (const { says } of faults.take(provider, endpoint, ["answer"])) {
    if (ctx.method === "POST") requests.noteForm(ctx.req, await readForm(ctx.req));
    answer(ctx, scene, refusal(definition, says));
    return true;
  }
  return false;
}

/** Sends the refusal to the page if there is one to go back to, else to whoever asked. */
export function answer(ctx, scene, { status, headers, body, isPage }) {
  if (scene.endpoint !== "authorization") {
    ctx.body = body;
    ctx.status = status;
    ctx.set(headers);
  } else if (isPage || !scene.pages.redirectUris.includes(ctx.query.redirect_uri)) {
    showRefusal(ctx, body);
  } else {
    goBack(ctx, scene, body);
  }
}

function goBack(ctx, scene, { error, error_description }) {
  const { redirect_uri, state } = ctx.query;
  const parameters = { error, error_description, state, iss: scene.library.issuer };
  const url = new URL(redirect_uri);
  for (const [name, value] of Object.entries(scene.definition.callback?.(parameters, scene) ?? parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  ctx.redirect(url.href);
}

/** The provider's own page about it, where the person is stuck. */
export function showRefusal(ctx, { error, error_description }) {
  const text = `${error_description ?? "The provider could not go on."} (${error})`;
  show(ctx, { ...messageView({ title: "Sign-in stopped here", text }), status: 400 });
}
