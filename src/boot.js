// Runs before anything else on the page is loaded.

(() => {
  // On a server, which imports this with vestibule.js, there is no page.
  if (!globalThis.document) return;

  /** What a response can have, and the tokens that ours never has: whoever sends some anyway, they mustn't stay. */
  const RESPONSE = ["code", "state", "iss", "session_state", "error", "error_description", "error_uri",
    "scope", "authuser", "hd", "prompt", "client_info"];
  const TOKENS = ["access_token", "id_token", "refresh_token", "token_type", "expires_in"];

  // Removes a provider's response from the address bar and the history, and keeps it for the page, which can take
  // it once. Responses to other OAuth clients stay: ours have a state that begins with vst_ (src/protocol/pkce.rs).
  const isOurs = (params) => params.get("state")?.startsWith("vst_");
  const query = new URLSearchParams(location.search);
  const fragment = new URLSearchParams(location.hash.slice(1));
  const params = isOurs(query) ? query : fragment;
  if (isOurs(params)) {
    let response = `${new URLSearchParams([...params].filter(([name]) => RESPONSE.includes(name)))}`;
    for (const name of [...RESPONSE, ...TOKENS]) params.delete(name);
    const rest = `${query}`;
    // With its origin: a path that begins with two slashes would name another host.
    history.replaceState(null, "", location.origin + location.pathname + (rest && `?${rest}`));
    Object.defineProperty(window, "takeVestibuleResponse", {
      // This script can run twice, for example where vestibule.js is loaded twice.
      configurable: true,
      value: () => {
        const taken = response;
        response = null;
        return taken;
      },
    });
  }

  // The back/forward cache restores a page with its old session storage, so it could bring back a user who has
  // signed out since. Browsers drop a cached page that receives a message.
  try {
    const pages = new BroadcastChannel("vestibule");
    pages.onmessage = () => {};
    pages.postMessage("opened");
  } catch {
    // Firefox throws if site data are blocked. Then there is no session that could come back.
  }
})();
