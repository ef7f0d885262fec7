// Step-ups that leave the page, over several loads of it: what the tab's storage keeps is all that they share.

import assert from "node:assert/strict";
import test from "node:test";

import { Auth } from "../../src/embed/auth.js";

globalThis.location ??= new URL("https://app.example.com/");
const API = "https://api.example.com";

/** A tab whose page opens the API's addresses; `api(path)` returns the `acr_values` that it demands, if any. */
function openTab(context, api) {
  const tab = { departures: 0, now: 0, isClicked: false };
  const storage = new Map();
  const replace = (name, value) => {
    const original = Object.getOwnPropertyDescriptor(globalThis, name);
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    context.after(() => (original ? Object.defineProperty(globalThis, name, original) : delete globalThis[name]));
  };
  replace("sessionStorage", {
    getItem: (key) => storage.get(key) ?? null,
    setItem: (key, value) => void storage.set(key, value),
    removeItem: (key) => void storage.delete(key),
  });
  replace("navigator", { userActivation: { get isActive() { return tab.isClicked; } } });
  context.mock.method(Date, "now", () => tab.now);
  context.mock.method(globalThis, "fetch", async ({ url }) => {
    const acr = api(new URL(url).pathname);
    const challenge = `Bearer error="insufficient_user_authentication", acr_values="${acr}"`;
    return acr ? new Response(null, { status: 401, headers: { "www-authenticate": challenge } }) : new Response();
  });
  const calls = {
    login: () => {
      tab.departures++;
      return { signedIn: false };
    },
    token: () => ({ token: "token", person: "ada" }),
    abort: () => ({}),
  };
  /** A new page in the tab asks for this. Returns the status, or the code of an error. */
  tab.load = async (path) => {
    const wasm = {
      open: async (_config, report) => {
        report(JSON.stringify({ session: { id: "1", user: { name: "Ada" } } }));
        return JSON.stringify({ handle: 0, providers: [{ id: "work" }], apiOrigins: [API] });
      },
      call: async (_handle, method) => JSON.stringify(calls[method]()),
    };
    const auth = await Auth.open(wasm, "");
    tab.now += 1000;
    return auth.fetch(API + path).then(({ status }) => status, ({ code }) => code);
  };
  return tab;
}

test("a challenge that was just answered is not answered again", async (context) => {
  const tab = openTab(context, () => "phr");
  assert.equal(await tab.load("/strict?1"), "step-up-required");
  for (const path of ["/strict?2", "/strict", "/other"]) assert.equal(await tab.load(path), 401);
  assert.equal(tab.departures, 1);
  // Somebody who clicks may try again.
  tab.isClicked = true;
  assert.equal(await tab.load("/strict"), "step-up-required");
});

test("a challenge is answered again once the API was content in the meantime", async (context) => {
  let demanded = "phr";
  const tab = openTab(context, () => demanded);
  assert.equal(await tab.load("/strict"), "step-up-required");
  demanded = undefined;
  assert.equal(await tab.load("/strict"), 200);
  tab.now += 600_000;
  demanded = "phr";
  assert.equal(await tab.load("/strict"), "step-up-required");
});

test("APIs that ask for opposites send nobody back and forth", async (context) => {
  let met;
  const tab = openTab(context, (path) => (path === met ? undefined : path.slice(1)));
  for (let load = 0; load < 10; load++) {
    for (const path of ["/one", "/two"]) {
      if ((await tab.load(path)) !== "step-up-required") continue;
      met = path;
      break;
    }
  }
  assert.equal(tab.departures, 2);
});

test("another challenge is answered", async (context) => {
  let demanded = "phr";
  const tab = openTab(context, () => demanded);
  assert.equal(await tab.load("/strict"), "step-up-required");
  demanded = "phrh";
  assert.equal(await tab.load("/strict"), "step-up-required");
});
