// Starts the program's WebAssembly, whose files the build names in the page. What trunk would write into
// the page itself needs an exception in the content security policy.
const { glue, wasm } = document.getElementById("start").dataset;
const { default: init } = await import(glue);
await init({ module_or_path: wasm });
