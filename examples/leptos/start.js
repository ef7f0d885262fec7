// Starts the application's WebAssembly, whose file names trunk writes into the page. Trunk's own inline
// script would need an exception in the content security policy.
const { glue, wasm } = document.getElementById("start").dataset;
const { default: init } = await import(glue);
await init({ module_or_path: wasm });
