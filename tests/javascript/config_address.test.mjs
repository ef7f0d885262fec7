// Which addresses a configuration may have. Users may be able to write elements and a `<base>` into a page.

import assert from "node:assert/strict";
import test from "node:test";

// Imported first: on a page, it would open a channel, which keeps Node running.
const { createAuth } = await import("../../src/embed/vestibule.js");
globalThis.location = new URL("https://app.example.com/orders/");
globalThis.document = { baseURI: location.href, querySelector: () => null };

/** The code with which it rejects: here, there is no WebAssembly to load for the addresses that it accepts. */
const code = (config) => createAuth(config).then(() => "", (error) => error.code);
const ACCEPTED = "webassembly-unavailable";

test("a configuration comes from the page's own origin only", async () => {
  for (const config of [
    "https://evil.example/vestibule.json",
    "//evil.example/vestibule.json",
    "/\\evil.example/vestibule.json",
    "http://app.example.com/vestibule.json",
    "https://app.example.com:8443/vestibule.json",
    "https://app.example.com.evil.example/vestibule.json",
    "https://app.example.com@evil.example/vestibule.json",
    "data:application/json,{}",
    "blob:https://app.example.com/6c1a",
    "javascript:alert(1)",
    "https://",
    new URL("https://evil.example/"),
  ]) {
    assert.equal(await code(config), "config-refused", `${config}`);
  }
  for (const config of ["vestibule.json", "/login/config.json", "https://app.example.com/x.json", undefined]) {
    assert.equal(await code(config), ACCEPTED, `${config}`);
  }
});

test("a <base> doesn't change which origin it comes from", async (context) => {
  context.after(() => (document.baseURI = location.href));
  document.baseURI = "https://evil.example/";
  assert.equal(await code("https://evil.example/vestibule.json"), "config-refused");
  // These are read from the page's origin.
  assert.equal(await code("vestibule.json"), ACCEPTED);
  assert.equal(await code(undefined), ACCEPTED);
});

test("the same file has one session, however it's named", async () => {
  const opened = [undefined, "vestibule.json", "/orders/vestibule.json", new URL("vestibule.json", location.href)].map(
    (config) => createAuth(config),
  );
  for (const auth of opened) assert.equal(auth, opened[0]);
  await Promise.allSettled(opened);
});
