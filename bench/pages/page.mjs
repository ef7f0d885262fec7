// What the pages without an interface of their own share: a button, and the user's name.

const button = () => document.getElementById("sign-in");

/** Calls `signIn` when the user clicks the button. */
export function onSignIn(signIn) {
  button().addEventListener("click", signIn);
}

export function showName(name) {
  button().hidden = true;
  document.getElementById("name").textContent = name;
}

/** Whether the provider has just sent the user back. */
export const isCallback = () => new URLSearchParams(location.search).has("code");

/** This page's address: its redirect URI. */
export const pageUrl = location.origin + location.pathname;
