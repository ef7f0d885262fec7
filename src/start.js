// Starts the page's WebAssembly, or says that this browser cannot.
const show = (id, visible) => {
  const element = document.getElementById(id);
  if (element) element.hidden = !visible;
};

// Whether an administrator asks for the set-up page: by the address, or by a sign-in that was tried
// there and comes back to the page's own address.
const asksForSetup = () => {
  const asked = new URLSearchParams(location.search).has("setup");
  const key = "vestibule.setup";
  try {
    if (asked) sessionStorage.setItem(key, "1");
    else if (!window.takeVestibuleResponse) sessionStorage.removeItem(key);
    return sessionStorage.getItem(key) !== null;
  } catch {
    return asked;
  }
};

try {
  const { glue, wasm, setupGlue, setupWasm } = document.getElementById("vestibule-start").dataset;
  const [script, program] = asksForSetup() ? [setupGlue, setupWasm] : [glue, wasm];
  const { default: init } = await import(new URL(script, document.baseURI));
  await init({ module_or_path: new URL(program, document.baseURI) });
} catch {
  show("vestibule-loading", false);
  show("vestibule-unsupported", true);
}
