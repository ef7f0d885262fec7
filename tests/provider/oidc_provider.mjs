// Imports npm oidc-provider, without its warnings, and with what it lacks on Node 20.

// oidc-provider needs this function, which older releases of Node 20 lack.
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);

// On import, the library recommends Node 22. Later warnings are shown.
const { warn } = console;
console.warn = () => {};
const { Provider, interactionPolicy } = await import("oidc-provider");
console.warn = warn;

// The library's default store is the same, but warns against using it in production.
const { createMemoryAdapter } = await import("oidc-provider/lib/adapters/memory_adapter.js");

export { Provider, createMemoryAdapter, interactionPolicy };
