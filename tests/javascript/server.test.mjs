// vestibule.js where there is no page: frameworks that render on a server import what their pages import.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import test from "node:test";
import { promisify } from "node:util";

const VESTIBULE = new URL("../../src/embed/vestibule.js", import.meta.url);

/** What a program prints that ends by itself. */
async function printed(program) {
  const script = `import { createAuth, AuthError } from ${JSON.stringify(VESTIBULE.href)};\n${program}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    timeout: 20_000,
  });
  return stdout.trim();
}

test("a server may import the module, which keeps it from nothing", async () => {
  assert.equal(await printed('console.log("rendered")'), "rendered");
});

test("a session is refused there with an error of its own", async () => {
  const program = `
    const error = await createAuth("vestibule.json").catch((error) => error);
    console.log(error instanceof AuthError, error.code, error.message);`;
  assert.match(await printed(program), /^true page-required .*server/);
});

test("a module that opens a session without waiting for it does not end the server", async () => {
  const program = `
    const auth = createAuth();
    await new Promise((resolve) => setTimeout(resolve, 20));
    console.log("served", await auth.then(() => "", ({ code }) => code));`;
  assert.equal(await printed(program), "served page-required");
});
