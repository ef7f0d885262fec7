// The one import of npm oidc-provider, made quiet and whole on Node 20. No configuration lives here.

// Older releases of Node 20 lack this function, which oidc-provider calls.
URL.parse ??= (url, base) => (URL.canParse(url, base) ? new URL(url, base) : null);

// On import it recommends Node 22, which would alarm a newcomer; every later warning is shown.
const { warn } = console;
console.warn = () => {};
const { Provider, interactionPolicy } = await import("oidc-provider");
console.warn = warn;

// The library offers its in-memory store only with a warning not to use it in production.
const { createMemoryAdapter } = await import("oidc-provider/lib/adapters/memory_adapter.js");

export { Provider, createMemoryAdapter, interactionPolicy };
