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

const page = document.getElementById("vestibule-start");
const start = async (glue, wasm) => {
  try {
    const { default: init } = await import(new URL(glue, document.baseURI));
    await init({ module_or_path: new URL(wasm, document.baseURI) });
  } catch {
    show("vestibule-loading", false);
    show("vestibule-unsupported", true);
  }
};
const startFull = () => start(page.dataset.fullGlue, page.dataset.fullWasm);

// What nearly everybody gets is lean. It calls this where the configuration takes more, or has mistakes,
// before it has done anything; or where it has waited for the configuration in vain.
window.startFullVestibule = (waited) => {
  remember(FULL, true);
  page.toggleAttribute("data-waited", waited);
  startFull();
};

const isForSetup = asksForSetup();
page.toggleAttribute("data-setup", isForSetup);
// Without locks, tabs take turns in the full one alone.
if (isForSetup || remembers(FULL) || !navigator.locks) await startFull();
else await start(page.dataset.glue, page.dataset.wasm);
