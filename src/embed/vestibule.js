// The JavaScript API and the custom elements: what a page loads as `vestibule.js`. The build bundles this
// file with what it imports.

// This must come first: it takes a provider's response out of the address bar.
import "../boot.js";
import { Auth } from "./auth.js";
import { defineElements } from "./elements.js";
import { AuthError as OwnAuthError } from "./error.js";
import { REFUSED_CONFIG, load } from "./load.js";

/** The configuration next to the page. */
const FILE = "vestibule.json";

/** What every copy of this module in the page uses: two bundles may have one each, and hot reload adds more. */
const shared = (globalThis[Symbol.for("vestibule")] ??= Object.freeze({ open, AuthError: OwnAuthError }));
const { AuthError } = shared;

/** The opened configurations, by key: everybody who opens the same configuration shares its session. */
const instances = new Map();

/**
 * Opens a configuration.
 *
 * @param config Its URL, or an object with the content of `vestibule.json`. Default: the page's element
 *   `vestibule-config`, or else `vestibule.json` next to the page.
 * @param options See `AuthOptions` in vestibule.d.ts.
 * @returns A promise of an `Auth`. It rejects with an `AuthError` if the configuration can't be used.
 */
export function createAuth(config, options) {
  return shared.open(config, options);
}

function open(config, options = {}) {
  if (!globalThis.document) return rejectOnServer();
  let key;
  try {
    key = configKey(config);
  } catch (cause) {
    return Promise.reject(new AuthError(REFUSED_CONFIG, { cause }));
  }
  let instance = instances.get(key);
  if (!instance) {
    instance = { options: {} };
    instance.auth = Auth.open(load(options.wasm, options.setupWasm), key, instance.options);
    instances.set(key, instance);
    // The next attempt may succeed.
    instance.auth.catch(() => instances.delete(key));
  }
  // Elements open a configuration without options, so those of a later call count.
  Object.assign(instance.options, options);
  if (options.debug) instance.auth.then(Auth.enableDebug, () => {});
  return instance.auth;
}

/** Nobody signs in on a server. Modules that call `createAuth` there without awaiting it don't crash it. */
function rejectOnServer() {
  const rejection = Promise.reject(
    new AuthError({
      code: "page-required",
      phase: "configuration",
      message: "Sign-in happens in a browser's page, and there is none here. On a server, leave it to the browser.",
    }),
  );
  rejection.catch(() => {});
  return rejection;
}

/** The configuration as the WebAssembly takes it: JSON, `vestibule.json`, or an absolute URL. */
function configKey(config) {
  const isOwn = ({ protocol, origin }) => protocol === location.protocol && origin === location.origin;
  const standard = new URL(FILE, document.baseURI);
  if (config === undefined || config === null) {
    // Only a script counts: an attacker who can inject markup can add any other element with this id.
    const inline = document.querySelector('script[type="application/json"]#vestibule-config');
    if (inline) return inline.textContent.trim();
    return isOwn(standard) ? FILE : new URL(FILE, location.href).href;
  }
  if (typeof config === "object" && !(config instanceof URL)) return JSON.stringify(config);
  // Users may be able to write elements with the attribute `config`, and a `<base>`.
  const url = new URL(config, location.href);
  if (!isOwn(url)) throw new TypeError(`${url.origin} is another origin.`);
  return url.href === standard.href ? FILE : url.href;
}

if (globalThis.customElements && !customElements.get("vestibule-picker")) defineElements(createAuth);

export { AuthError };
