// Runs before anything else on the page is loaded.

(() => {
  // On a server, which imports this with vestibule.js, there is no page.
  if (!globalThis.document) return;

  // The back/forward cache restores a page with its old session storage, so it could bring back a user who has
  // signed out since. Browsers drop a cached page that receives a message.
  const pages = new BroadcastChannel("vestibule");
  pages.onmessage = () => {};
  pages.postMessage("opened");

  // Removes a provider's response from the address bar and the history, and keeps it for the page, which can take
  // it once. Responses to other OAuth clients stay: ours have a state that begins with vst_ (src/protocol/pkce.rs).
  const query = new URLSearchParams(location.search);
  if (!query.get("state")?.startsWith("vst_")) return;
  let response = query.toString();
  for (const name of ["code", "state", "iss", "session_state", "error", "error_description", "error_uri",
    "scope", "authuser", "hd", "prompt", "client_info"]) {
    query.delete(name);
  }
  const otherParams = query.toString();
  history.replaceState(null, "", location.pathname + (otherParams && `?${otherParams}`));
  Object.defineProperty(window, "takeVestibuleResponse", {
    value: () => {
      const taken = response;
      response = null;
      return taken;
    },
  });
})();
