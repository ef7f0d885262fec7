import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { published, readResults } from "../publish.mjs";

const root = new URL("../..", import.meta.url);

for (const [path, text] of Object.entries(await published(await readResults()))) {
  test(`${path} says what was measured`, async () => {
    const message = "it differs from the results; after a change of the report, run `npm run report` in bench/";
    assert.ok((await readFile(new URL(path, root), "utf8")) === text, message);
  });
}
