// Runs in callback.html, where providers send popups and hidden iframes. Removes the response from the address bar
// and the history before anything else is loaded, and passes it to the tab that started the sign-in. The channel's
// name is known to that tab only (src/session/auth_window.rs). `window.opener` isn't used, because
// Cross-Origin-Opener-Policy can cut it off.
(() => {
  // In the query, or with `response_mode=fragment` in the fragment. Some providers leave the state out of errors.
  const parts = [location.search, location.hash].map((part) => part.slice(1));
  const withOne = (name) => parts.find((part) => new URLSearchParams(part).has(name));
  const query = withOne("state") ?? withOne("error") ?? "";
  // With its origin: a path that begins with two slashes would name another host.
  const address = location.origin + location.pathname;
  history.replaceState(null, "", address);

  /** How long the tab may take to confirm, in milliseconds. */
  const CONFIRMATION_TIMEOUT = 3000;

  /** The folder of this script. */
  const folder = document.currentScript.src;

  /** Shows one of the page's messages, by its id, and then in the reader's language. */
  const showMessage = (id) => {
    const show = async () => {
      for (const message of document.querySelectorAll("[role]")) message.hidden = message.id !== id;
      // Nobody sees the page of a sign-in that works, so this isn't loaded before.
      const { translate } = await import(new URL("callback-texts.js", folder));
      await translate();
    };
    // Without the file, the message is in English.
    const tryToShow = () => show().catch(() => {});
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", tryToShow);
    else tryToShow();
  };

  const response = new URLSearchParams(query);
  const state = response.get("state");
  // Without a state, nothing says which tab waits for it.
  if (!state?.startsWith("vst_")) return showMessage(response.has("error") ? "refused" : "no-response");
  let tab;
  try {
    tab = new BroadcastChannel(`vestibule.answer.${state}`);
  } catch {
    // Firefox throws if site data are blocked.
    return showMessage("blocked");
  }
  const timeout = setTimeout(() => {
    tab.close();
    showMessage("not-finished");
  }, CONFIRMATION_TIMEOUT);
  tab.onmessage = ({ data }) => {
    if (data !== "taken") return;
    clearTimeout(timeout);
    tab.close();
    // Seen only if the browser doesn't let the page close its window.
    showMessage("finished");
    window.close();
  };
  tab.postMessage(`${address}?${query}`);
})();
