// The sign-in page of an issuer: shows the test users, and passes the chosen one on to oidc-provider.

import { readForm } from "./body.mjs";
import { findUser, users } from "./users.mjs";
import { messageView, show, signInView } from "./views.mjs";

export const LOGIN_PATH = "/login";

/** Handles requests below LOGIN_PATH. Returns whether this was one. */
export async function handleLogin(ctx, { provider, definition, origin }) {
  const uid = ctx.path.match(/^\/login\/([\w-]+)$/)?.[1];
  if (!uid || !["GET", "POST"].includes(ctx.method)) return false;

  const interaction = await provider.interactionDetails(ctx.req, ctx.res).catch(() => undefined);
  if (interaction?.uid !== uid) {
    const text = "This sign-in is over. Go back to the page you came from and sign in again.";
    show(ctx, { ...messageView({ title: "This sign-in is over", text }), status: 400 });
    return true;
  }
  if (ctx.method === "POST") await submitLogin(ctx, { provider, definition, interaction });
  else showLoginPage(ctx, { definition, origin, interaction });
  return true;
}

function showLoginPage(ctx, { definition, origin, interaction }) {
  const { redirect_uri, login_hint } = interaction.params;
  show(
    ctx,
    signInView({ issuerName: definition.name, page: redirect_uri, users, hint: login_hint, origin }),
  );
}

async function submitLogin(ctx, { provider, definition, interaction }) {
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
    await endOtherSession(ctx, provider, interaction, accountId);
    result = { login: { accountId }, select_account: {} };
  }
  ctx.status = 303;
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result, { mergeWithLastSubmission: false }));
}

/** Ends the session of another user without the library's confirmation page. */
async function endOtherSession(ctx, provider, interaction, accountId) {
  const session = await provider.Session.get(ctx);
  if (!session.accountId || session.accountId === accountId) return;
  await session.destroy();
  delete interaction.session;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000));
}
