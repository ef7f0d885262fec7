// Loaded by a provider in a hidden frame when somebody signs out there (OpenID Connect Front-Channel
// Logout 1.0). It decides nothing: the open pages compare issuer and session with their own, as anybody
// can load this page.
const query = new URLSearchParams(location.search);
const message = { logout: { iss: query.get("iss"), sid: query.get("sid") } };
new BroadcastChannel("vestibule").postMessage(JSON.stringify(message));
