// How the scripts load the engine and the set-up build; small modules replace both here.

import assert from "node:assert/strict";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";

/** Opens a configuration with these builds, and resolves with the error. */
async function errorWith(context, { engine, setup }) {
  const folder = await mkdtemp(join(tmpdir(), "vestibule-"));
  context.after(() => rm(folder, { recursive: true }));
  for (const name of ["auth.js", "challenge.js", "error.js", "fetch.js", "languages.js", "load.js", "step_up.js"]) {
    await cp(new URL(`../../src/embed/${name}`, import.meta.url), join(folder, name));
  }
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  if (engine) await writeFile(join(folder, "engine.js"), engine);
  if (setup) await writeFile(join(folder, "setup.js"), setup);
  const { load } = await import(pathToFileURL(join(folder, "load.js")));
  const { Auth } = await import(pathToFileURL(join(folder, "auth.js")));
  const error = await Auth.open(load(), "vestibule.json").then(() => null, (error) => error);
  return { ...error.toJSON(), cause: error.cause };
}

/** An engine whose `open` rejects. */
const rejecting = (reason) => `
  export default async () => {};
  export const open = async () => { throw ${reason}; };
  export const call = () => {}, show = call, hide = call;`;
const SETUP = `
  export default async ({ module_or_path }) => { if (!module_or_path.href.endsWith("/setup.wasm")) throw module_or_path; };
  export const explainConfig = (document) =>
    JSON.stringify({ code: "config-invalid", phase: "configuration", message: "Explained.", details: String(document) });`;

test("the set-up build explains a configuration that can't be used", async (context) => {
  const engine = rejecting("Uint8Array.of(123, 125)");
  const { code, phase, message, details } = await errorWith(context, { engine, setup: SETUP });
  assert.deepEqual([code, phase, message, details], ["config-invalid", "configuration", "Explained.", "123,125"]);
});

test("the set-up build finds the remedies for errors", async (context) => {
  const engine = `
    export default async () => {};
    export const open = async (_config, _onSnapshot, findRemedy) => { throw new Error(await findRemedy("{}", "okta")); };
    export const call = () => {}, show = call, hide = call;`;
  const setup = `${SETUP}
  export const remedy = (error, kind) => "A remedy for " + error + " at " + kind + ".";`;
  const { cause } = await errorWith(context, { engine, setup });
  assert.equal(cause.message, "A remedy for {} at okta.");
});

test("without the set-up build, a configuration error keeps its code", async (context) => {
  const codeFor = async (reason) => {
    const { code, phase, retryable, message } = await errorWith(context, { engine: rejecting(reason) });
    assert.equal(phase, "configuration");
    assert.ok(message.length > 0);
    return [code, retryable];
  };
  assert.deepEqual(await codeFor("Uint8Array.of(123, 125)"), ["config-invalid", false]);
  assert.deepEqual(await codeFor('"missing"'), ["config-invalid", false]);
  assert.deepEqual(await codeFor("403"), ["config-invalid", false]);
  assert.deepEqual(await codeFor('"timeout"'), ["config-unreachable", true]);
  assert.deepEqual(await codeFor('"unreachable"'), ["config-unreachable", true]);
});

test("a defect isn't taken for a configuration error", async (context) => {
  const { code, cause } = await errorWith(context, { engine: rejecting('new Error("broken")'), setup: SETUP });
  assert.equal(code, "internal");
  assert.equal(cause.message, "broken");
});

test("rejects with webassembly-unavailable if the engine can't be loaded", async (context) => {
  const { code, retryable } = await errorWith(context, { setup: SETUP });
  assert.deepEqual([code, retryable], ["webassembly-unavailable", true]);
});

test("a browser without AbortSignal.timeout gets an error that names the versions that work", async (context) => {
  const { timeout } = AbortSignal;
  context.after(() => (AbortSignal.timeout = timeout));
  delete AbortSignal.timeout;
  const { code, message, retryable } = await errorWith(context, { engine: rejecting('"missing"'), setup: SETUP });
  assert.deepEqual([code, retryable], ["browser-too-old", false]);
  assert.match(message, /Safari 16/);
});
