// vestibule.js on a server: frameworks that render there import the same modules as their pages.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import test from "node:test";
import { promisify } from "node:util";

const VESTIBULE = new URL("../../src/embed/vestibule.js", import.meta.url);

/** Runs a program, and returns what it prints. */
async function run(program) {
  const script = `import { createAuth, AuthError } from ${JSON.stringify(VESTIBULE.href)};\n${program}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    timeout: 20_000,
  });
  return stdout.trim();
}

test("a server can import the module", async () => {
  assert.equal(await run('console.log("rendered")'), "rendered");
});

test("createAuth rejects with page-required", async () => {
  const program = `
    const error = await createAuth("vestibule.json").catch((error) => error);
    console.log(error instanceof AuthError, error.code, error.message);`;
  assert.match(await run(program), /^true page-required .*server/);
});

test("an unhandled createAuth doesn't crash the server", async () => {
  const program = `
    const auth = createAuth();
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log("served", await auth.then(() => "", ({ code }) => code));`;
  assert.equal(await run(program), "served page-required");
});
