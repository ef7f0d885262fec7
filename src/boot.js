// Runs before anything else of the page is loaded.

(() => {
  // A server may import this with vestibule.js, and has no page.
  if (!globalThis.document) return;

  // A copy of this page that the browser keeps for the back button holds the storage of its time, and
  // with it a person who may have signed out since. A copy that gets a message is dropped instead.
  const pages = new BroadcastChannel("vestibule");
  pages.onmessage = () => {};
  pages.postMessage("opened");

  // Takes a provider's answer out of the address bar and the history, and hands it over once. Answers to
  // other OAuth clients are left alone: ours are known by their state (src/protocol/pkce.rs).
  const query = new URLSearchParams(location.search);
  if (!query.get("state")?.startsWith("vst_")) return;
  let response = query.toString();
  for (const name of ["code", "state", "iss", "session_state", "error", "error_description", "error_uri",
    "scope", "authuser", "hd", "prompt", "client_info"]) {
    query.delete(name);
  }
  const rest = query.toString();
  history.replaceState(null, "", location.pathname + (rest && `?${rest}`));
  Object.defineProperty(window, "takeVestibuleResponse", {
    value: () => {
      const taken = response;
      response = null;
      return taken;
    },
  });
})();
