// The command: arguments, listening on loopback, the ready line, and the end.

import { Console } from "node:console";
import { once } from "node:events";
import { createServer } from "node:http";
import { parseArgs } from "node:util";

// Standard output is for the ready line alone; the library's notices would go there too.
globalThis.console = new Console(process.stderr, process.stderr);

const USAGE = `Usage: node server.mjs [--port N] [--page URL]... [--verbose]

  --port N     listen on this port of localhost (default 4400; 0: any free one)
  --page URL   a page that may sign in here (may be repeated)
  --verbose    log every request to standard error

The server ends when its standard input does.`;

const DEFAULT_PORT = "4400";
const LOOPBACK = ["127.0.0.1", "::1"];
const ATTEMPTS = 5;

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
    throw new Error(`A port is a number from 0 to 65535, and "${values.port}" is not.`);
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
        // A machine may do without IPv6.
        const absent = ["EADDRNOTAVAIL", "EAFNOSUPPORT"].includes(error.code);
        if (host !== "::1" || !absent) throw error;
      }
    }
    return servers;
  } catch (error) {
    for (const server of servers) server.close();
    throw error;
  }
}

/** Any free port must be free on both addresses: a few attempts find one. */
async function listenOn(port, attempts = port === 0 ? ATTEMPTS : 1) {
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
  // The parent holds the other end: when it is gone, nobody needs this server.
  process.stdin.once("end", () => process.exit(0)).once("error", () => process.exit(0)).resume();
  process.stdout.write(`${JSON.stringify(app.description)}\n`);
}

function explain(error) {
  switch (error.code) {
    case "EADDRINUSE":
      return `Port ${error.port} of localhost is taken: end the program that uses it, or choose another one with --port.`;
    case "EACCES":
      return `Port ${error.port} of localhost may not be used by this account: choose another one with --port.`;
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
