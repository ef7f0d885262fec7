// One server for all pages, and the local provider: the same compression, caching and delay for everybody.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { extname } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";

import { App } from "../tests/provider/app.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};
/** Files that are compressed already. */
const COMPRESSED = [".png", ".gif", ".woff", ".woff2"];

export class Servers {
  /** How long each response of both servers is held back, in milliseconds. */
  delay = 0;
  /** What pages have loaded: the path, and the bytes of the body as they were sent. */
  downloads = [];
  #files = new Map();
  #servers = [];

  /** Starts both. The pages with these ids may sign in. */
  static async start(ids) {
    const servers = new Servers();
    const site = await servers.#listen("127.0.0.1", (request, response) => servers.#sendFile(request, response));
    servers.origin = `http://127.0.0.1:${site.address().port}`;
    // The provider needs to know its port.
    let app;
    const provider = await servers.#listen("localhost", (request, response) => app.handle(request, response));
    app = new App({ port: provider.address().port, pageUrls: ids.map((id) => servers.url(id)) });
    const entry = app.description.providers.find(({ id }) => id === "plain");
    servers.provider = { entry, issuer: entry.issuer, clientId: entry.client_id };
    return servers;
  }

  async #listen(host, handle) {
    const server = createServer((request, response) => {
      if (this.delay === 0) handle(request, response);
      else setTimeout(handle, this.delay, request, response);
    });
    server.listen({ port: 0, host });
    await once(server, "listening");
    this.#servers.push(server);
    return server;
  }

  /** The address of a page. */
  url(id) {
    return `${this.origin}/${id}/`;
  }

  /** Serves a page's files. */
  async add(id, files) {
    await Promise.all(files.map(async ({ path, content, isImmutable }) => {
      const isCompressed = COMPRESSED.includes(extname(path));
      const body = isCompressed ? content : await compressed(content);
      const name = path === "index.html" ? "" : path;
      this.#files.set(`/${id}/${name}`, {
        body,
        headers: {
          "content-type": TYPES[extname(path)] ?? "application/octet-stream",
          "cache-control": isImmutable ? "public, max-age=31536000, immutable" : "no-cache",
          etag: `"${createHash("sha256").update(content).digest("hex").slice(0, 16)}"`,
          ...(!isCompressed && { "content-encoding": "br" }),
        },
      });
    }));
  }

  #sendFile({ method, url, headers: { "if-none-match": known } }, response) {
    const path = new URL(url, this.origin).pathname;
    const file = this.#files.get(path);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const { body, headers } = file;
    if (known === headers.etag) {
      response.writeHead(304, { etag: headers.etag, "cache-control": headers["cache-control"] }).end();
      return;
    }
    if (method === "GET") this.downloads.push({ path, bytes: body.length });
    response.writeHead(200, { ...headers, "content-length": body.length });
    response.end(method === "GET" ? body : undefined);
  }

  close() {
    for (const server of this.#servers) {
      server.close();
      server.closeAllConnections();
    }
  }
}

const compress = promisify(brotliCompress);
const cache = new Map();

/** Compresses each content once: pages share files. */
function compressed(content) {
  const key = createHash("sha256").update(content).digest("hex");
  if (!cache.has(key)) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    cache.set(key, compress(content, { params }));
  }
  return cache.get(key);
}
