// Finds out why the page can't start, for whoever runs it. start.js imports this only then.

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 4000;
/** The smallest module there is: its magic number and version. */
const EMPTY_MODULE = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

const get = (url) => fetch(url, { cache: "reload", signal: AbortSignal.timeout(TIMEOUT) });
const nameOf = (url) => new URL(url).pathname.split("/").pop();

/** Why WebAssembly can't run here, whatever the host delivers. */
function findWhatBlocksWebAssembly() {
  if (typeof WebAssembly === "undefined") {
    return "WebAssembly is switched off in this browser. Lockdown mode and some enterprise policies do that: make an exception for this page.";
  }
  try {
    new WebAssembly.Module(EMPTY_MODULE);
  } catch {
    return "The content security policy blocks WebAssembly. Add 'wasm-unsafe-eval' to script-src in the Content-Security-Policy header.";
  }
  return undefined;
}

/** The first bytes of a response. The rest isn't downloaded. */
async function firstBytes(response) {
  const reader = response.body.getReader();
  const { value = new Uint8Array() } = await reader.read();
  reader.cancel();
  return value.subarray(0, 4);
}

/** Why the host doesn't have a file of the page. `found`: what it sent. */
async function explainMissing(url, found) {
  const name = nameOf(url);
  try {
    const page = await get(location.origin + location.pathname);
    if (page.ok && !(await page.text()).includes(name)) {
      return `This page is an old copy: it names ${name}, which the host doesn't have any more. Reload the page, and have the host send Cache-Control: no-cache with index.html.`;
    }
  } catch {
    // What the host sent says enough.
  }
  return `index.html names ${name}, but the host sends ${found}. Upload all files of the same build, have the host send Cache-Control: no-cache with index.html, and don't answer addresses of missing files with a page.`;
}

/** What is wrong with a file that the host sends. */
async function findFault(url) {
  const name = nameOf(url);
  let response;
  try {
    response = await get(url);
  } catch {
    // Nobody knows on whose side.
    return undefined;
  }
  if (!response.ok) return explainMissing(url, `status ${response.status}`);
  const type = response.headers.get("content-type") ?? "no media type";
  if (type.startsWith("text/html")) return explainMissing(url, "an HTML page");
  const isWasm = name.endsWith(".wasm");
  const bytes = await firstBytes(response);
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    return `The host sends ${name} compressed without saying so. Add Content-Encoding: gzip to the response, or upload the file uncompressed.`;
  }
  if (isWasm && EMPTY_MODULE.subarray(0, 4).some((byte, index) => byte !== bytes[index])) {
    return `What the host sends as ${name} isn't WebAssembly. Upload the file unchanged, and check what compresses or rewrites it.`;
  }
  if (!isWasm && !/(java|ecma)script/.test(type)) {
    return `The host sends ${name} as ${type}, and browsers only run scripts of the right type. Send Content-Type: text/javascript.`;
  }
  return undefined;
}

/**
 * Finds the cause, with its remedy, of a failure to load these files.
 *
 * @returns `cause`, if one was found, and `isHost`, whether the host has to change something.
 */
export async function diagnose(urls) {
  if (!navigator.onLine) return { cause: "The browser is offline.", isHost: false };
  const blocked = findWhatBlocksWebAssembly();
  if (blocked) return { cause: blocked, isHost: typeof WebAssembly !== "undefined" };
  for (const url of urls) {
    const cause = await findFault(url);
    if (cause) return { cause, isHost: true };
  }
  return {};
}
