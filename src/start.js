// Starts the page, or the set-up page. Shows a message if this browser can't run it.

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
/** Loads WebAssembly through its JavaScript. Resolves with its exports. */
const load = async (glue, wasm) => {
  const build = await import(new URL(glue, document.baseURI));
  await build.default({ module_or_path: new URL(wasm, document.baseURI) });
  return build;
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

const setHidden = (id, hidden) => {
  const element = document.getElementById(id);
  if (element) element.hidden = hidden;
};

/** The element of index.html that explains a failure of what follows. */
let failure = "vestibule-unsupported";
try {
  if (isSetup()) {
    (await loadSetup()).startSetup();
  } else {
    const page = await load(glue, wasm);
    const unusableConfig = await page.startPage(findRemedy);
    if (unusableConfig !== undefined) {
      // The browser has run one build, so it can run the other.
      failure = "vestibule-unreachable";
      (await loadSetup()).showConfigProblem(unusableConfig);
    }
  }
} catch {
  setHidden("vestibule-loading", true);
  setHidden(failure, false);
}
