// Runs in logout.html, which providers load in a hidden iframe when a user signs out there (OpenID Connect
// Front-Channel Logout 1.0). It only passes the parameters on: anybody can load this page, so the open tabs compare
// issuer and session id with their own.
const query = new URLSearchParams(location.search);
const message = { logout: { iss: query.get("iss"), sid: query.get("sid") } };
try {
  new BroadcastChannel("vestibule").postMessage(JSON.stringify(message));
} catch {
  // Firefox throws if site data are blocked, as they can be in a provider's iframe. No tab can be reached then.
}
