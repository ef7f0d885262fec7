// Providers send popups and hidden frames back to here. This takes the answer out of the address bar
// and the history before anything else is loaded, and hands it to the tab that began the sign-in: over a
// channel that only that tab knows the name of (src/session/auth_window.rs), since the window that opened
// this one may be cut off (Cross-Origin-Opener-Policy).
(() => {
  const query = location.search.slice(1);
  history.replaceState(null, "", location.pathname);

  const PATIENCE = 3000;
  const tell = (id) => {
    const show = () => {
      for (const { id: other } of document.querySelectorAll("[role]")) {
        document.getElementById(other).hidden = other !== id;
      }
    };
    if (document.readyState === "loading") addEventListener("DOMContentLoaded", show);
    else show();
  };

  const state = new URLSearchParams(query).get("state");
  if (!state?.startsWith("vst_")) return tell("nothing");
  const tab = new BroadcastChannel(`vestibule.answer.${state}`);
  const nobody = setTimeout(() => {
    tab.close();
    tell("nobody");
  }, PATIENCE);
  tab.onmessage = ({ data }) => {
    if (data !== "taken") return;
    clearTimeout(nobody);
    tab.close();
    // Where the browser does not let a page close its window.
    tell("done");
    window.close();
  };
  tab.postMessage(`${location.origin}${location.pathname}?${query}`);
})();
