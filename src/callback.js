// Runs in callback.html, where providers send popups and hidden iframes. Removes the response from the address bar
// and the history before anything else is loaded, and passes it to the tab that started the sign-in. The channel's
// name is known to that tab only (src/session/auth_window.rs). `window.opener` isn't used, because
// Cross-Origin-Opener-Policy can cut it off.
(() => {
  const query = location.search.slice(1);
  history.replaceState(null, "", location.pathname);

  /** How long the tab may take to confirm, in milliseconds. */
  const CONFIRMATION_TIMEOUT = 3000;

  /** Shows one of the page's messages, by its id. */
  const showMessage = (id) => {
    const show = () => {
      for (const message of document.querySelectorAll("[role]")) message.hidden = message.id !== id;
    };
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", show);
    else show();
  };

  const state = new URLSearchParams(query).get("state");
  if (!state?.startsWith("vst_")) return showMessage("no-response");
  const tab = new BroadcastChannel(`vestibule.answer.${state}`);
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
  tab.postMessage(`${location.origin}${location.pathname}?${query}`);
})();
