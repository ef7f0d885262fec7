import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import test from "node:test";

const read = (path) => readFile(new URL(`../../${path}`, import.meta.url), "utf8");
const all = (text, pattern) => [...text.matchAll(pattern)].map(([, found]) => found);

test("every error code is documented and typed, and there are no others", async () => {
  const rows = (text) => all(text, /^\| `([a-z0-9-]+)` \|/gm);
  const api = rows((await read("docs/javascript.md")).split("## Errors")[1]);
  const signIn = rows(await read("docs/errors.md"));
  const documented = [...signIn, ...api];
  const types = (await read("src/embed/vestibule.d.ts")).split("export type ErrorCode =")[1].split(";")[0];
  assert.deepEqual(all(types, /\| "([a-z0-9-]+)"/g).sort(), documented.sort());

  const folder = new URL("../../src/embed/", import.meta.url);
  const scripts = (await readdir(folder)).filter((name) => /\.(js|rs)$/.test(name));
  const texts = await Promise.all(scripts.map((name) => readFile(new URL(name, folder), "utf8")));
  const made = texts.flatMap((text) => all(text.split("#[cfg(test)]")[0], /code: "([a-z0-9-]+)"/g));
  assert.deepEqual([...new Set(made)].filter((code) => !signIn.includes(code)).sort(), api.sort());
});

test("the WebAssembly implements every call of the scripts", async () => {
  const called = all(await read("src/embed/auth.js"), /#call\("(\w+)"/g);
  const implemented = all(await read("src/embed/mod.rs"), /"(\w+)"\)? =>/g);
  assert.deepEqual([...new Set(called)].filter((name) => !implemented.includes(name)), []);
});

test("every setting is typed, and there are no others", async () => {
  const types = (await read("src/embed/config.d.ts")).split("export interface Config {")[1].split("\n}")[0];
  const { properties } = JSON.parse(await read("vestibule.schema.json"));
  assert.deepEqual(all(types, /^ {2}([\w$]+)\??:/gm).sort(), Object.keys(properties).sort());
});

test("every event is documented, typed, and dispatched by the elements", async () => {
  const types = (await read("src/embed/vestibule.d.ts")).split("export interface AuthEvents {")[1].split("\n}")[0];
  const typed = all(types, /^ {2}(\w+):/gm).sort();
  const dispatched = all((await read("src/embed/elements.js")).split("];")[0], /^ {2}"(\w+)",$/gm).sort();
  const section = (await read("docs/javascript.md")).split("## Events")[1].split("## In tests")[0];
  const documented = all(section.split("\n").map((line) => line.split("|")[1]).join("\n"), /`(\w+)`/g).sort();
  assert.deepEqual(dispatched, typed);
  assert.deepEqual(documented, typed);
});
