// Starts the page's WebAssembly, or says that this browser cannot.
const show = (id, visible) => {
  const element = document.getElementById(id);
  if (element) element.hidden = !visible;
};
try {
  const { glue, wasm } = document.getElementById("vestibule-start").dataset;
  const { default: init } = await import(new URL(glue, document.baseURI));
  await init({ module_or_path: new URL(wasm, document.baseURI) });
} catch {
  show("vestibule-loading", false);
  show("vestibule-unsupported", true);
}
