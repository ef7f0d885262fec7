// The command: arguments, listening on loopback, the ready line, and shutdown.

import { Console } from "node:console";
import { once } from "node:events";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

// Standard output is for the ready line only. The library's messages would also go there.
globalThis.console = new Console(process.stderr, process.stderr);

const USAGE = `Usage: node server.mjs [--port N] [--page URL]... [--verbose]

  --port N     listen on this port of localhost (default 4400; 0: any free one)
  --page URL   a page that may sign in here (may be repeated)
  --verbose    log every request to standard error

The server exits when its standard input closes.`;

const DEFAULT_PORT = "4400";
const LOOPBACK = ["127.0.0.1", "::1"];
const LISTEN_ATTEMPTS = 5;

function readArguments() {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: DEFAULT_PORT },
      page: { type: "string", multiple: true, default: [] },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65535) {
    throw new Error(`A port is a number from 0 to 65535, but "${values.port}" isn't.`);
  }
  return { ...values, port };
}

async function listen(port) {
  const servers = [];
  try {
    for (const host of LOOPBACK) {
      const server = createServer();
      try {
        server.listen({ port: servers[0]?.address().port ?? port, host });
        await once(server, "listening");
        servers.push(server);
      } catch (error) {
        // The machine may not have IPv6.
        const isUnavailable = ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(error.code);
        if (host !== "::1" || !isUnavailable) throw error;
      }
    }
    return servers;
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
}

/** Retries for port 0, because the free port must be free on both addresses. */
async function listenOn(port, attempts = port === 0 ? LISTEN_ATTEMPTS : 1) {
  try {
    return await listen(port);
  } catch (error) {
    if (error.code === "EADDRINUSE" && attempts > 1) return listenOn(port, attempts - 1);
    throw error;
  }
}

async function main() {
  const { port, page, verbose, help } = readArguments();
  if (help) {
    console.error(USAGE);
    return;
  }
  const { App } = await import("./app.mjs");
  const servers = await listenOn(port);
  const app = new App({
    port: servers[0].address().port,
    pageUrls: page,
    log: verbose ? (line) => console.error(line) : undefined,
  });
  for (const server of servers) server.on("request", (req, res) => app.handle(req, res));
  for (const event of ["SIGTERM", "SIGINT"]) process.once(event, () => process.exit(0));
  // The parent process holds the other end. When it exits, so does this server.
  process.stdin.once("end", () => process.exit(0)).once("error", () => process.exit(0)).resume();
  process.stdout.write(`${JSON.stringify(app.description)}\n`);
}

function explain(error) {
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${error.port} of localhost is taken: stop the program that uses it, or choose another port with --port.`;
    case "EACCES":
      return `Port ${error.port} of localhost isn't available to this account: choose another port with --port.`;
    case "ERR_MODULE_NOT_FOUND":
      return `A package is missing (${error.message}): run "npm ci" in tests/provider.`;
    default:
      return error.message;
  }
}

main().catch((error) => {
  console.error(explain(error));
  process.exit(1);
});
