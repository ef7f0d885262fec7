// Loads the WebAssembly, once for the page. The build writes the names of its files over these two.

import { AuthError } from "./error.js";

let loading;

/** `wasm`: where it is, when it is not beside this script. */
export function load(wasm = new URL("./engine.wasm", import.meta.url)) {
  loading ??= start(wasm).catch((cause) => {
    loading = undefined;
    throw new AuthError(
      {
        code: "webassembly-unavailable",
        phase: "configuration",
        retryable: true,
        message: "Sign-in could not be started in this browser. Reload the page, or use a current browser.",
        details: `${cause}`,
      },
      { cause },
    );
  });
  return loading;
}

async function start(wasm) {
  const engine = await import("./engine.js");
  await engine.default({ module_or_path: wasm });
  return engine;
}
