// Loads the engine (src/bin/engine.rs), and the set-up build where a configuration can't be used or an
// administrator looks at an error. The build replaces the names of these files with hashed ones.

import { loadTexts } from "./languages.js";
import { AuthError } from "./error.js";

let loading;

/** The oldest browsers with AbortSignal.timeout, the youngest of what the WebAssembly can't do without. */
const OLDEST_BROWSERS = "Chrome or Edge 103, Firefox 102, Safari 16, or a later version";

/**
 * Loads the engine, once for the page.
 *
 * @param wasm The WebAssembly, if it isn't in this script's folder: what wasm-bindgen's `module_or_path` accepts.
 * @param setupWasm The set-up build's WebAssembly, likewise.
 * @returns A promise of the exports that `Auth` needs.
 */
export function load(
  wasm = new URL("./engine.wasm", import.meta.url),
  setupWasm = new URL("./setup.wasm", import.meta.url),
) {
  if (typeof globalThis.AbortSignal?.timeout !== "function") {
    return Promise.reject(
      new AuthError({
        code: "browser-too-old",
        phase: "configuration",
        message: `This browser is too old to sign you in. Use ${OLDEST_BROWSERS}.`,
        details: "AbortSignal.timeout is missing.",
      }),
    );
  }
  loading ??= start(wasm, setupWasm).catch((cause) => {
    loading = undefined;
    throw new AuthError(
      {
        code: "webassembly-unavailable",
        phase: "configuration",
        retryable: true,
        message: "We couldn't start sign-in in this browser. Reload the page, or use a current browser.",
        details: `${cause}`,
      },
      { cause },
    );
  });
  return loading;
}

async function start(wasm, setupWasm) {
  const engine = await import("./engine.js");
  await engine.default({ module_or_path: wasm });
  const { open, call, show, hide, trace } = engine;
  let setup;
  const startSetup = async () => {
    const build = await import("./setup.js");
    await build.default({ module_or_path: setupWasm });
    return build;
  };
  // Once; again if that failed.
  const loadSetup = () =>
    (setup ??= startSetup().catch((error) => {
      setup = undefined;
      throw error;
    }));
  const findRemedy = async (error, kind) => (await loadSetup()).remedy(error, kind);
  return {
    call,
    show,
    hide,
    trace,
    open: (config, onSnapshot) =>
      open(config, onSnapshot, findRemedy, loadTexts).catch((reason) => explain(reason, loadSetup)),
  };
}

/** Rejects with an explanation of why a configuration can't be used, as JSON. */
async function explain(reason, loadSetup) {
  // Anything but a configuration document is a defect.
  if (!(reason instanceof Uint8Array || typeof reason === "string" || typeof reason === "number")) throw reason;
  let explanation;
  try {
    explanation = (await loadSetup()).explainConfig(reason);
  } catch {
    // The set-up build can't be loaded, so the explanation has to be short.
  }
  throw explanation ?? JSON.stringify(unexplained(reason));
}

/** The error for a configuration that isn't JSON of the page's own origin. */
export const REFUSED_CONFIG = Object.freeze({
  code: "config-refused",
  phase: "configuration",
  retryable: false,
  message: "Sign-in isn't set up correctly. To sign in, contact support.",
  details:
    "The configuration that this page names isn't a JSON file of the same origin. Serve it from the page's own origin, without a redirect to another one, as application/json.",
});

/** The error for a configuration document that the set-up build couldn't explain. */
function unexplained(document) {
  if (document === "refused") return REFUSED_CONFIG;
  if (document === "unreachable" || document === "timeout") {
    return {
      code: "config-unreachable",
      phase: "configuration",
      retryable: true,
      message: "Sign-in isn't available right now. Check your connection, then reload the page.",
    };
  }
  return {
    code: "config-invalid",
    phase: "configuration",
    retryable: false,
    message: "Sign-in isn't set up correctly. To sign in, contact support.",
  };
}
