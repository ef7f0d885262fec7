// Starts the application's WebAssembly, whose file names trunk writes into the page. Trunk's own inline
// script would need an exception in the content security policy.
//
// Leptos sets the static markup of views as text, which Trusted Types forbid without a policy. This one is for markup
// only: text never becomes a script.
globalThis.trustedTypes?.createPolicy("default", { createHTML: (markup) => markup });

const { glue, wasm } = document.getElementById("start").dataset;
const { default: init } = await import(glue);
await init({ module_or_path: wasm });
