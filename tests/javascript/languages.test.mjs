// The language that the scripts guess, before the WebAssembly decides.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ENGLISH } from "../../src/embed/failure.js";
import { choose, directionOf, LANGUAGES } from "../../src/embed/languages.js";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

test("the scripts choose the same languages as the WebAssembly", () => {
  for (const { wanted, language } of JSON.parse(read("tests/vectors/languages.json"))) {
    assert.equal(choose(wanted), language, `${wanted}`);
  }
});

test("the scripts know the same languages as the WebAssembly", () => {
  const tags = read("src/language/mod.rs").matchAll(/Language::(?:ltr|rtl)\("([^"]+)"/g);
  assert.deepEqual(LANGUAGES, [...tags].map(([, tag]) => tag));
});

test("the scripts know the languages that are written from right to left", () => {
  const languages = read("src/language/mod.rs").matchAll(/Language::(ltr|rtl)\("([^"]+)"/g);
  for (const [, direction, tag] of languages) assert.equal(directionOf(tag), direction, tag);
});

test("elements that can't start say in English what the English file says", () => {
  const file = JSON.parse(read("texts/en.json"));
  for (const [key, text] of Object.entries(ENGLISH)) assert.equal(text, file[key], key);
});
