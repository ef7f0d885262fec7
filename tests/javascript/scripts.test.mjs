// The scripts that run before WebAssembly, in a page and a browser that are made up here.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import vm from "node:vm";

const source = (name) => readFileSync(new URL(`../../src/${name}`, import.meta.url), "utf8");

/** Runs one of the scripts in a page at this address. `channels: false`: the browser blocks site data. */
function run(name, address, { channels = true } = {}) {
  const location = new URL(address);
  const messages = [];
  const shown = [];
  class BroadcastChannel {
    constructor(name) {
      if (!channels) throw new DOMException("The operation is insecure.", "SecurityError");
      this.name = name;
    }
    postMessage(message) {
      messages.push([this.name, message]);
    }
    close() {}
  }
  const parts = ["finished", "not-finished", "refused", "blocked", "no-response"].map((id) => ({
    id,
    set hidden(hidden) {
      if (!hidden) shown.push(id);
    },
  }));
  const page = {
    location,
    document: {
      readyState: "complete",
      currentScript: { src: new URL(name, location).href },
      querySelectorAll: () => parts,
    },
    // Like a browser, which refuses an address of another origin.
    history: {
      replaceState: (_state, _title, url) => {
        const next = new URL(url, location);
        if (next.origin !== location.origin) throw new DOMException(url, "SecurityError");
        location.href = next.href;
      },
    },
    URLSearchParams,
    BroadcastChannel,
    setTimeout: () => 0,
    clearTimeout: () => {},
    console: { warn: () => {}, error: () => {} },
  };
  page.window = page;
  const context = vm.createContext(page);
  const runAgainAt = (address) => {
    location.href = address;
    vm.runInContext(source(name), context);
    return { address: location.href, take: page.takeVestibuleResponse, messages, shown, runAgainAt };
  };
  return runAgainAt(address);
}

const ORIGIN = "https://app.example.com";
const ANSWER = "code=secret&state=vst_1&iss=https%3A%2F%2Fid.example.com";

test("boot.js takes a response out of the address, and gives it away once", () => {
  const { address, take } = run("boot.js", `${ORIGIN}/login/?view=all&${ANSWER}#_=_`);
  assert.equal(address, `${ORIGIN}/login/?view=all`);
  const query = new URLSearchParams(take());
  assert.equal(query.get("code"), "secret");
  assert.equal(query.get("state"), "vst_1");
  assert.equal(take(), null);
});

test("boot.js takes a response out of the fragment too", () => {
  const { address, take } = run("boot.js", `${ORIGIN}/login/?view=all#${ANSWER}`);
  assert.equal(address, `${ORIGIN}/login/?view=all`);
  assert.equal(new URLSearchParams(take()).get("code"), "secret");
});

test("boot.js leaves no token in the address, and keeps none", () => {
  const tokens = "access_token=of-eve&id_token=x.y.z&refresh_token=r&token_type=Bearer&expires_in=60";
  for (const separator of ["?", "#"]) {
    const { address, take } = run("boot.js", `${ORIGIN}/${separator}state=vst_1&${tokens}`);
    assert.equal(address, `${ORIGIN}/`);
    assert.equal(take(), "state=vst_1");
  }
});

test("boot.js leaves the responses to other clients alone", () => {
  for (const foreign of ["?code=1&state=abc", "?error=access_denied", "#access_token=1&state=abc", "#/orders?state=1", ""]) {
    const { address, take } = run("boot.js", `${ORIGIN}/${foreign}`);
    assert.equal(address, `${ORIGIN}/${foreign}`);
    assert.equal(take, undefined);
  }
});

test("the scripts work at paths that begin with two slashes", () => {
  for (const path of ["//login/", "//evil.example/a", "//"]) {
    assert.equal(run("boot.js", `${ORIGIN}${path}?${ANSWER}`).address, `${ORIGIN}${path}`);
    assert.equal(run("callback.js", `${ORIGIN}${path}callback.html?${ANSWER}`).address, `${ORIGIN}${path}callback.html`);
  }
});

test("the scripts take the response where the browser blocks site data", () => {
  const boot = run("boot.js", `${ORIGIN}/?${ANSWER}`, { channels: false });
  assert.equal(boot.address, `${ORIGIN}/`);
  assert.equal(new URLSearchParams(boot.take()).get("code"), "secret");
  const callback = run("callback.js", `${ORIGIN}/callback.html?${ANSWER}`, { channels: false });
  assert.equal(callback.address, `${ORIGIN}/callback.html`);
  assert.deepEqual(callback.shown, ["blocked"]);
  run("logout.js", `${ORIGIN}/logout.html?iss=i&sid=s`, { channels: false });
});

test("boot.js can run twice in a page", () => {
  const page = run("boot.js", `${ORIGIN}/?${ANSWER}`);
  assert.equal(new URLSearchParams(page.take()).get("code"), "secret");
  const { address, take } = page.runAgainAt(`${ORIGIN}/?${ANSWER.replace("secret", "second")}`);
  assert.equal(address, `${ORIGIN}/`);
  assert.equal(new URLSearchParams(take()).get("code"), "second");
});

test("callback.js passes the response on, from the query or the fragment", () => {
  for (const separator of ["?", "#"]) {
    const { address, messages } = run("callback.js", `${ORIGIN}/callback.html${separator}${ANSWER}`);
    assert.equal(address, `${ORIGIN}/callback.html`);
    assert.deepEqual(messages, [["vestibule.answer.vst_1", `${ORIGIN}/callback.html?${ANSWER}`]]);
  }
});

test("callback.js says that the provider refused, if it can't tell which sign-in", () => {
  const { address, shown } = run("callback.js", `${ORIGIN}/callback.html?error=access_denied`);
  assert.equal(address, `${ORIGIN}/callback.html`);
  assert.deepEqual(shown, ["refused"]);
  const inFragment = run("callback.js", `${ORIGIN}/callback.html#error=access_denied`);
  assert.equal(inFragment.address, `${ORIGIN}/callback.html`);
  assert.deepEqual(inFragment.shown, ["refused"]);
  assert.deepEqual(run("callback.js", `${ORIGIN}/callback.html`).shown, ["no-response"]);
});
