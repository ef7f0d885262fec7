// Starts the page, or the set-up page. Shows a message if this browser can't run it.

import { loadTexts } from "./embed/languages.js";
import { readersLanguage, translate } from "./embed/translate.js";

/** How long reloading waits for the files that may be broken, in milliseconds. */
const REFRESH_TIMEOUT = 10_000;

const setHidden = (id, hidden) => {
  const element = document.getElementById(id);
  if (element) element.hidden = hidden;
};
/** Shows one of index.html's messages, with the reason for whoever runs the page. */
const showFailure = (id, reason, { cause, isHost } = {}) => {
  setHidden("vestibule-loading", true);
  setHidden(id, false);
  console.error("Vestibule can't start.", ...[cause, reason].filter(Boolean));
  // It isn't the person's connection. The advice for that comes first, the other one next.
  if (isHost) for (const advice of document.querySelectorAll(`#${id} > p[data-text]`)) advice.hidden = !advice.hidden;
  const details = document.querySelector(`#${id} details`);
  if (!details) return;
  details.hidden = false;
  const [text, copy] = details.querySelectorAll("p, button");
  text.textContent = [cause, reason].filter(Boolean).join(" ");
  copy.onclick = async () => {
    try {
      // The file's name says which build it is.
      const lines = [cause, reason, location.origin + location.pathname, navigator.userAgent, wasm];
      await navigator.clipboard.writeText(lines.join("\n"));
      copy.textContent = "Copied";
      copy.dataset.text = "error.copied";
      translate();
    } catch {
      getSelection().selectAllChildren(text);
    }
  };
};

// Firefox and WebKit cut off the requests of a page that is being left before it's hidden. Nobody has to read about
// those, unless the page stays: for 10 seconds, nothing is shown.
let leaving;
const noteLeaving = () => {
  leaving = new Promise((resolve) => setTimeout(resolve, 10_000));
};
addEventListener("beforeunload", noteLeaving);

// A link to the page's own address could be answered from the cache, with a page whose files are gone, or with files
// that arrived broken.
document.addEventListener("click", async (event) => {
  if (!event.target.closest('#vestibule a[href=""]')) return;
  event.preventDefault();
  const refresh = async (file) => {
    const options = { cache: "reload", signal: AbortSignal.timeout?.(REFRESH_TIMEOUT) };
    await (await fetch(new URL(file, document.baseURI), options)).arrayBuffer();
  };
  await Promise.allSettled([glue, wasm].map(refresh));
  location.reload();
});

/** Loads boot.js if it's late or missing, as behind scripts that delay others. */
const bootIfNecessary = async () => {
  const isResponse = (text) => new URLSearchParams(text.slice(1)).get("state")?.startsWith("vst_");
  if (![location.search, location.hash].some(isResponse)) return;
  console.warn(
    "Vestibule: boot.js ran late or not at all, so the provider's response was still in the address bar. Load it in a plain <script> at the top of the page, and don't let anything delay it.",
  );
  await import(new URL("./boot.js", import.meta.url));
};

const SETUP_KEY = "vestibule.setup";
/** Whether to show the set-up page: with ?setup, and after a trial sign-in there, which returns without it. */
const isSetup = () => {
  const hasParameter = new URLSearchParams(location.search).has("setup");
  try {
    if (hasParameter) sessionStorage.setItem(SETUP_KEY, "1");
    // Only a provider's response continues the set-up (src/boot.js).
    else if (!window.takeVestibuleResponse) sessionStorage.removeItem(SETUP_KEY);
    return sessionStorage.getItem(SETUP_KEY) !== null;
  } catch {
    // The browser blocks storage.
    return hasParameter;
  }
};

const { glue, wasm, setupGlue, setupWasm } = document.getElementById("vestibule-start").dataset;
/** Resolves when the elements of index.html are there: this script doesn't wait for them. */
const parsed = new Promise((resolve) => {
  if (document.readyState !== "loading") resolve();
  else document.addEventListener("DOMContentLoaded", resolve);
});
/** Adds the file's name to a failure: browsers don't always say it. */
const named = (file, loading) =>
  loading.catch((error) => {
    throw new Error(`${file}: ${error}`, { cause: error });
  });
/** Loads WebAssembly and its JavaScript, both at once. Resolves with the exports. */
const load = async (glue, wasm) => {
  const response = named(wasm, fetch(new URL(wasm, document.baseURI)));
  const script = named(glue, import(new URL(glue, document.baseURI)));
  const [build] = await Promise.all([script, response, parsed]);
  await build.default({ module_or_path: response });
  return build;
};
/** Finds the cause of a failure and its remedy, if possible. */
const findCause = async () => {
  try {
    const { diagnose } = await import(new URL("./diagnose.js", import.meta.url));
    const files = isSetup() ? [setupGlue, setupWasm] : [glue, wasm];
    return await diagnose(files.map((file) => new URL(file, document.baseURI)));
  } catch {
    return {};
  }
};
let setup;
/** Loads the set-up build once; again if that failed. */
const loadSetup = () =>
  (setup ??= load(setupGlue, setupWasm).catch((error) => {
    setup = undefined;
    throw error;
  }));
/** Finds what an administrator can do about an error, which only the set-up build knows. */
const findRemedy = async (error, kind) => (await loadSetup()).remedy(error, kind);

/**
 * Starts the page, or explains why its configuration can't be used. "Try again" there starts it without loading the
 * page again, which would lose a provider's response.
 */
const startPage = async () => {
  const page = await load(glue, wasm);
  const unusableConfig = await page.startPage(findRemedy, loadTexts);
  if (unusableConfig === undefined) return;
  const language = readersLanguage();
  (await loadSetup()).showConfigProblem(unusableConfig, startPage, language, await loadTexts(language));
};

/** Without the stylesheet, the page works, but looks broken. */
const checkStyles = () => {
  const unstyled = document.querySelector(".vestibule-unstyled");
  if (!unstyled || getComputedStyle(unstyled).display === "none") return;
  const { href } = document.querySelector("link[rel=stylesheet]") ?? {};
  console.error(
    `Vestibule: the stylesheet ${href} didn't load. Upload it with the other files of the same build, and check that the content security policy allows it.`,
  );
};
// Stylesheets have arrived, or failed, by then.
if (document.readyState === "complete") checkStyles();
else addEventListener("load", checkStyles);

// Of everything that the page can't do without, browsers have had AbortSignal.timeout for the shortest time.
if (typeof globalThis.AbortSignal?.timeout !== "function") {
  await parsed;
  translate();
  showFailure("vestibule-unsupported", "AbortSignal.timeout is missing.");
} else {
  try {
    await bootIfNecessary();
    if (isSetup()) {
      (await loadSetup()).startSetup();
    } else if (new URLSearchParams(location.search).has("preview")) {
      (await loadSetup()).startPreview(loadTexts);
    } else {
      // Arrives while the WebAssembly does.
      parsed.then(translate);
      await startPage();
    }
  } catch (error) {
    await leaving;
    await parsed;
    showFailure("vestibule-unreachable", error, await findCause());
  }
}
removeEventListener("beforeunload", noteLeaving);
