// What the styles and scripts must not use, because browsers that the README names don't know it.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import test from "node:test";

async function filesIn(folder, ending) {
  const url = new URL(`../../${folder}/`, import.meta.url);
  const names = (await readdir(url)).filter((name) => name.endsWith(ending));
  return Promise.all(names.map(async (name) => [name, await readFile(new URL(name, url), "utf8")]));
}

test("styles have the prefix that Safari needs, and no range queries", async () => {
  for (const [name, text] of await filesIn("style", ".css")) {
    const count = (pattern) => text.match(pattern)?.length ?? 0;
    assert.equal(count(/[^-]user-select:/g), count(/-webkit-user-select:/g), name);
    // Safari reads them since 16.4.
    assert.doesNotMatch(text, /@media[^{]*[<>]/, name);
  }
});

test("scripts set ARIA as attributes", async () => {
  // Firefox reflects the properties since version 119.
  for (const [name, text] of await filesIn("src/embed", ".js")) {
    assert.doesNotMatch(text, /\.(role|aria[A-Z]\w*) = /, name);
  }
});
