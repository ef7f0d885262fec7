// The sign-in page of an issuer: shows the test users and tells oidc-provider who was chosen.

import { readForm } from "./body.mjs";
import { findUser, users } from "./users.mjs";
import { messageView, show, signInView } from "./views.mjs";

export const LOGIN_PATH = "/login";

/** Answers requests below LOGIN_PATH; true when the request was one. */
export async function handleLogin(ctx, { provider, definition, origin }) {
  const uid = ctx.path.match(/^\/login\/([\w-]+)$/)?.[1];
  if (!uid || !["GET", "POST"].includes(ctx.method)) return false;

  const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch(() => undefined);
  if (interaction?.uid !== uid) {
    const text = "This sign-in is over. Go back to the page you came from and sign in again.";
    show(ctx, { ...messageView({ title: "This sign-in is over", text }), status: 400 });
    return true;
  }
  if (ctx.method === "POST") await finish(ctx, { provider, definition, interaction });
  else ask(ctx, { definition, origin, interaction });
  return true;
}

function ask(ctx, { definition, origin, interaction }) {
  const { redirect_uri, login_hint } = interaction.params;
  show(
    ctx,
    signInView({ issuerName: definition.name, page: redirect_uri, users, hint: login_hint, origin }),
  );
}

async function finish(ctx, { provider, definition, interaction }) {
  const form = await readForm(ctx.req);
  const user = findUser(form.username);
  if (!user && !form.cancel) {
    show(ctx, { ...messageView({ title: "Nobody was chosen", text: "Go back and choose a user." }), status: 400 });
    return;
  }

  let result;
  if (form.cancel) {
    result = { error: "access_denied", error_description: "The user cancelled the sign-in." };
  } else {
    const accountId = definition.subject(user);
    await leaveOtherSession(ctx, provider, interaction, accountId);
    result = { login: { accountId }, select_account: {} };
  }
  ctx.status = 303;
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
}

/** Choosing another person ends the earlier person's session here, without the library's page in between. */
async function leaveOtherSession(ctx, provider, interaction, accountId) {
  const session = await provider.Session.get(ctx);
  if (!session.accountId || session.accountId === accountId) return;
  await session.destroy();
  delete interaction.session;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000));
}
