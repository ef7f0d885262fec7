// The JavaScript API and the custom elements: what a page loads as `vestibule.js`. The build puts this
// file and what it imports into one.

// First of all: takes a provider's answer out of the address bar.
import "../boot.js";
import { Auth } from "./auth.js";
import { defineElements } from "./elements.js";
import { AuthError } from "./error.js";
import { load } from "./load.js";

/** One for each configuration, with its options: whoever asks for the same one shares its session. */
const opened = new Map();

/**
 * Opens a configuration: its address, or what `vestibule.json` would hold. Without one, the element
 * `vestibule-config` of the page counts, else `vestibule.json` beside it.
 */
export function createAuth(config, options = {}) {
  if (!globalThis.document) return withoutPage();
  const key = keyOf(config);
  let entry = opened.get(key);
  if (!entry) {
    entry = { options: {} };
    entry.auth = Auth.open(load(options.wasm), key, entry.options);
    opened.set(key, entry);
    // Another attempt may do better.
    entry.auth.catch(() => opened.delete(key));
  }
  // Elements open a configuration without options: those of a later call count.
  Object.assign(entry.options, options);
  return entry.auth;
}

/** Nobody signs in on a server. Modules that open a session there without waiting for it do no harm. */
function withoutPage() {
  const refused = Promise.reject(
    new AuthError({
      code: "page-required",
      phase: "configuration",
      message: "Sign-in happens in a browser's page, and there is none here. On a server, leave it to the browser.",
    }),
  );
  refused.catch(() => {});
  return refused;
}

/** The configuration as the engine takes it: JSON, or an absolute address. */
function keyOf(config) {
  if (config === undefined || config === null) {
    // A script: what other people write into a page can be any element, but not that.
    const inline = document.querySelector('script[type="application/json"]#vestibule-config');
    return inline ? inline.textContent.trim() : keyOf("vestibule.json");
  }
  if (typeof config === "object" && !(config instanceof URL)) return JSON.stringify(config);
  return new URL(config, document.baseURI).href;
}

if (globalThis.customElements) defineElements(createAuth);

export { AuthError };
