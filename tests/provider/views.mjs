// The HTML of the local provider's pages. They work without JavaScript.

import { pictureUrl } from "./users.mjs";

/**
 * Responds with a page, and with the headers that a sign-in page should have. `frames` is the origin of what it shows in
 * frames.
 */
export function show(ctx, { title, body, frames, status = 200 }) {
  ctx.status = status;
  ctx.type = "html";
  ctx.set({
    // No form-action, because browsers also apply it to the redirect back to the page.
    "Content-Security-Policy":
      `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'${
        frames ? `; frame-src ${frames}` : ""
      }`,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  });
  ctx.body = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escape(title)}</title>
  <link rel="stylesheet" href="/views.css">
</head>
<body>
<main>
  <h1>${escape(title)}</h1>
  ${body}
</main>
</body>
</html>
`;
}

export function signInView({ issuerName, page, users, hint, origin }) {
  const buttons = users.map((user) => `<li>${userButton(user, { origin, hint })}</li>`).join("\n      ");
  return {
    title: `Sign in to ${issuerName} (local)`,
    body: `<p>Choose who you are, to go on to ${escape(page)}</p>
  <form method="post">
    <ul>
      ${buttons}
    </ul>
    <button name="cancel" value="yes">Cancel</button>
  </form>`,
  };
}

function userButton(user, { origin, hint }) {
  const hinted = hint && [user.email, user.username].includes(hint) ? " data-hinted" : "";
  const face = user.picture
    ? `<img class="face" src="${escape(pictureUrl(user, origin))}" alt="" width="40" height="40">`
    : '<span class="face" aria-hidden="true"></span>';
  return `<button class="user" name="username" value="${escape(user.username)}"${hinted}>${face}
        <span><bdi class="name">${escape(user.name)}</bdi> <span class="email">${escape(user.email ?? "no e-mail")}</span></span></button>`;
}

/** `form` is oidc-provider's hidden form. */
export function signOutView({ issuerName, form }) {
  return {
    title: `Sign out of ${issuerName} (local)?`,
    body: `<p>You are signed in here. This also signs you out for other pages.</p>
  ${form}
  <button class="primary" form="op.logoutForm" name="logout" value="yes">Sign out</button>
  <button form="op.logoutForm">Stay signed in</button>`,
  };
}

export function messageView({ title, text }) {
  return { title, body: `<p>${escape(text)}</p>` };
}

/** OpenID Connect Front-Channel Logout 1.0 §2: the client's page in a hidden frame. */
export function frontChannelView({ frame, next }) {
  return {
    title: "You are signed out",
    body: `<p><a href="${escape(next)}">Continue</a></p>
  <iframe src="${escape(frame)}" hidden title="Sign-out of the page"></iframe>`,
  };
}

export function indexView({ issuers, users }) {
  const links = issuers
    .map(({ name, issuer }) => {
      const href = escape(`${issuer}/.well-known/openid-configuration`);
      return `<li><a href="${href}">${escape(name)}</a> <span class="email">${escape(issuer)}</span></li>`;
    })
    .join("\n    ");
  const names = users.map((user) => `<bdi>${escape(user.name)}</bdi>`).join(", ");
  return {
    title: "Local sign-in provider",
    body: `<p>Four issuers for trying out sign-ins on this computer. Nothing here is secret.</p>
  <ul>
    ${links}
  </ul>
  <p>Test users: ${names}.</p>`,
  };
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escape(text) {
  return String(text).replace(/[&<>"']/g, (character) => ENTITIES[character]);
}
