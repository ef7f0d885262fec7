import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { pagesFor } from "../pages.mjs";

const provider = { entry: { id: "plain" }, issuer: "http://localhost:4400/plain", clientId: "vestibule-local" };

/** Stands for a build of Vestibule. */
const dist = await mkdtemp(join(tmpdir(), "vestibule-bench-"));
for (const name of ["index.html", "vestibule.js", "vestibule-page-0123456789abcdef_bg.wasm"]) {
  await writeFile(join(dist, name), name);
}

for (const page of [...pagesFor({ dist }), ...pagesFor({ dist, against: dist })]) {
  test(`the page ${page.id} can be built`, async () => {
    const files = await page.build(page, provider);
    const paths = files.map(({ path }) => path);
    assert.ok(paths.includes("index.html"));
    if (page.package) {
      const script = files.find(({ path }) => path.endsWith(".js"));
      const html = files.find(({ path }) => path === "index.html");
      assert.ok(html.content.includes(script.path), "the page loads its script");
      assert.ok(script.content.length > 10_000, "the script contains the library");
    } else {
      const config = JSON.parse(files.find(({ path }) => path === "vestibule.json").content);
      assert.deepEqual(config.providers, [provider.entry]);
    }
    const kept = files.filter(({ isImmutable }) => isImmutable).map(({ path }) => path);
    for (const path of kept) assert.match(path, /-(?:[0-9A-Z]{8}|[0-9a-f]{16})[._]/, "a file that is kept for good has a hash");
  });
}

test.after(() => rm(dist, { recursive: true }));
