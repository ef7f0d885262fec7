// The command: its ready line, its messages, and its exit.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test } from "node:test";

import { spawnServer, startProvider } from "../testing/provider.mjs";

test("prints the ready line and nothing else", async (t) => {
  const server = await startProvider();
  t.after(server.stop);
  assert.deepEqual(server.providers.map(({ id, kind }) => [id, kind]), [
    ["microsoft", "microsoft"],
    ["google", "google"],
    ["okta", "okta"],
    ["plain", "oidc"],
  ]);
  assert.match(await (await fetch(server.origin)).text(), /Local sign-in provider/);
  await server.stop();
  assert.equal(server.output.stdout.trim().split("\n").length, 1);
  assert.equal(server.output.stderr, "");
});

test("reports a taken port in one sentence", async () => {
  for (const host of ["127.0.0.1", "::1"]) {
    const other = createServer();
    other.listen(0, host);
    try {
      await once(other, "listening");
    } catch {
      continue; // No IPv6 here.
    }
    const { port } = other.address();
    const { output, exited } = spawnServer("--port", String(port));
    assert.deepEqual((await exited)[0], 1);
    assert.match(output.stderr, new RegExp(`^Port ${port} of localhost is taken: [^\n]+\n$`));
    assert.equal(output.stdout, "");
    other.close();
  }
});

test("reports invalid arguments in one sentence", async () => {
  const mistakes = [["--port", "many"], ["--port", "70000"], ["--page", "nowhere", "--port", "0"], ["--prot", "1"]];
  for (const { output, exited } of mistakes.map((mistake) => spawnServer(...mistake))) {
    assert.equal((await exited)[0], 1);
    assert.match(output.stderr, /^[^\n]+\n$/);
    assert.equal(output.stdout, "");
  }
});

test("exits when its standard input closes, and on SIGTERM and SIGINT", async () => {
  const ends = [(child) => child.stdin.end(), (child) => child.kill("SIGTERM"), (child) => child.kill("SIGINT")];
  const exits = ends.map(async (end) => {
    const { child, exited } = spawnServer("--port", "0");
    await once(child.stdout, "data");
    end(child);
    return exited;
  });
  assert.deepEqual(await Promise.all(exits), [[0, null], [0, null], [0, null]]);
});
