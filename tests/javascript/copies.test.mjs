// vestibule.js twice in one page: two bundles of it, or a module that hot reload runs again.

import assert from "node:assert/strict";
import test from "node:test";

const copy = (name) => import(new URL(`../../src/embed/vestibule.js?${name}`, import.meta.url));

test("two copies define the elements once, and share sessions and errors", async () => {
  const defined = new Map();
  globalThis.HTMLElement = class {};
  globalThis.customElements = {
    get: (name) => defined.get(name),
    define(name, element) {
      if (defined.has(name)) throw new DOMException(name, "NotSupportedError");
      defined.set(name, element);
    },
  };
  const first = await copy("first");
  const second = await copy("second");
  assert.notEqual(first.createAuth, second.createAuth);
  assert.equal(defined.size, 3);
  assert.equal(first.AuthError, second.AuthError);

  globalThis.document = { baseURI: "https://app.example.com/" };
  globalThis.location = new URL("https://app.example.com/");
  const config = { providers: [] };
  const opened = [first.createAuth(config), second.createAuth(config)];
  assert.equal(opened[0], opened[1]);
  await assert.rejects(opened[1], (error) => error instanceof first.AuthError && error instanceof second.AuthError);
});
