// Starts the page's WebAssembly, or says that this browser cannot.
const show = (id, visible) => {
  const element = document.getElementById(id);
  if (element) element.hidden = !visible;
};

// What this tab remembers, where the browser allows it.
const remember = (key, on) => {
  try {
    if (on) sessionStorage.setItem(key, "1");
    else sessionStorage.removeItem(key);
  } catch {}
};
const remembers = (key) => {
  try {
    return sessionStorage.getItem(key) !== null;
  } catch {
    return false;
  }
};
const SETUP = "vestibule.setup";
const FULL = "vestibule.full";

// Whether an administrator asks for the set-up page: by the address, or by a sign-in that was tried
// there and comes back to the page's own address.
const asksForSetup = () => {
  const asked = new URLSearchParams(location.search).has("setup");
  if (asked || !window.takeVestibuleResponse) remember(SETUP, asked);
  return asked || remembers(SETUP);
};

// What is shown where a part does not start, and where it does not arrive.
const UNSUPPORTED = "vestibule-unsupported";
const UNREACHED = "vestibule-unreached";
const page = document.getElementById("vestibule-start");
const start = async (glue, wasm, otherwise) => {
  try {
    const { default: init } = await import(new URL(glue, document.baseURI));
    await init({ module_or_path: new URL(wasm, document.baseURI) });
  } catch {
    show("vestibule-loading", false);
    show(otherwise, true);
  }
};
const startFull = (otherwise) => start(page.dataset.fullGlue, page.dataset.fullWasm, otherwise);

// What nearly everybody gets is lean. It calls this where the configuration takes more, or has mistakes,
// before it has done anything; or where the configuration did not come, which passes.
window.startFullVestibule = (passing) => {
  remember(FULL, !passing);
  page.toggleAttribute("data-waited", passing === "timeout");
  startFull(UNREACHED);
};

const isForSetup = asksForSetup();
page.toggleAttribute("data-setup", isForSetup);
// Without locks, tabs take turns in the full one alone.
const isKnown = remembers(FULL);
if (isForSetup || isKnown || !navigator.locks) await startFull(isKnown ? UNREACHED : UNSUPPORTED);
else await start(page.dataset.glue, page.dataset.wasm, UNSUPPORTED);
