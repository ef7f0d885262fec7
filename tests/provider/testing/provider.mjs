// Starts the server for one test file, as a child process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const SERVER = fileURLToPath(new URL("../server.mjs", import.meta.url));
const STARTUP_TIMEOUT = 20_000;

export const PAGE = "http://127.0.0.1:8080/app/";
export const PAGE_ORIGIN = new URL(PAGE).origin;

/** Starts the server as a child process. `output` collects what it prints. */
export function spawnServer(...args) {
  const child = spawn(process.execPath, [SERVER, ...args]);
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      output[name] += text;
    });
  }
  return { child, output, exited: once(child, "exit") };
}

export async function startProvider() {
  const { child, output, exited } = spawnServer("--port", "0", "--page", PAGE);
  const lines = createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, "line", { signal: AbortSignal.timeout(STARTUP_TIMEOUT) }),
    exited.then(() => Promise.reject(new Error(`The provider exited: ${output.stderr}`))),
  ]);
  const description = JSON.parse(line);
  return {
    ...description,
    output,
    provider: (id) => [...description.providers, ...description.directories].find((candidate) => candidate.id === id),
    stop: async () => {
      child.stdin.end();
      await exited;
    },
    control: async (method, action, body, headers = {}) => {
      const response = await fetch(`${description.origin}/control/${action}`, {
        method,
        headers,
        body: body && JSON.stringify(body),
      });
      return { status: response.status, ...(await response.json()) };
    },
  };
}
