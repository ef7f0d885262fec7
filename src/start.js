// Starts the page's WebAssembly, or says that this browser cannot.
const show = (id, visible) => {
  const element = document.getElementById(id);
  if (element) element.hidden = !visible;
};

const SETUP = "vestibule.setup";
// Whether an administrator asks for the set-up page: by the address, or by a sign-in that was tried
// there and comes back to the page's own address.
const asksForSetup = () => {
  const asked = new URLSearchParams(location.search).has("setup");
  try {
    if (asked) sessionStorage.setItem(SETUP, "1");
    else if (!window.takeVestibuleResponse) sessionStorage.removeItem(SETUP);
    return sessionStorage.getItem(SETUP) !== null;
  } catch {
    return asked;
  }
};

// Shown when WebAssembly cannot run, and when a part of the page does not arrive.
const UNSUPPORTED = "vestibule-unsupported";
const UNREACHED = "vestibule-unreached";

const { glue, wasm, setupGlue, setupWasm } = document.getElementById("vestibule-start").dataset;
const load = async (glue, wasm) => {
  const build = await import(new URL(glue, document.baseURI));
  await build.default({ module_or_path: new URL(wasm, document.baseURI) });
  return build;
};

let failed = UNSUPPORTED;
try {
  if (asksForSetup()) (await load(setupGlue, setupWasm)).startSetup();
  else {
    const configuration = await (await load(glue, wasm)).startPage();
    if (configuration !== undefined) {
      failed = UNREACHED;
      (await load(setupGlue, setupWasm)).showConfigProblem(configuration);
    }
  }
} catch {
  show("vestibule-loading", false);
  show(failed, true);
}
