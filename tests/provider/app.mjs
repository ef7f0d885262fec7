// Routes a request to the control interface, an issuer, or one of the server's own files.

import { readFile } from "node:fs/promises";

import { CONTROL_PATH, handleControl } from "./control.mjs";
import { Faults } from "./faults.mjs";
import { Issuer } from "./issuer.mjs";
import { authentik } from "./issuers/authentik.mjs";
import { b2c } from "./issuers/b2c.mjs";
import { conformance } from "./issuers/conformance.mjs";
import { google } from "./issuers/google.mjs";
import { common, microsoft, organizations } from "./issuers/microsoft.mjs";
import { okta, oktaOrg } from "./issuers/okta.mjs";
import { plain } from "./issuers/plain.mjs";
import { RegisteredPages } from "./registered_pages.mjs";
import { RequestLog } from "./request_log.mjs";
import { findUser, pictureOf, users } from "./users.mjs";
import { errorNames } from "./vendor_errors.mjs";
import { indexView, show } from "./views.mjs";

/** Browsers request an icon, and log an error if it is missing. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
  <rect width="16" height="16" rx="4" fill="#2450b2"/>
  <path d="M8 4a3 3 0 0 1 1 5.8V12H7V9.8A3 3 0 0 1 8 4z" fill="#fff"/>
</svg>
`;

const PROVIDERS = [microsoft, google, okta, plain];
/** More issuers, for tests. Okta's org server comes last, because its path is a prefix of another. */
const DIRECTORIES = [organizations, common, b2c, conformance, authentik, oktaOrg];
const DEFINITIONS = [...PROVIDERS, ...DIRECTORIES];

export class App {
  #port;
  #shared;
  #log;

  constructor({ port, pageUrls, log = () => {} }) {
    this.#port = port;
    this.#log = log;
    const errorNamesById = Object.fromEntries(DEFINITIONS.map((definition) => [definition.id, errorNames(definition)]));
    this.#shared = {
      origin: `http://localhost:${port}`,
      pages: new RegisteredPages(pageUrls),
      faults: new Faults(errorNamesById),
      requests: new RequestLog(),
    };
    this.issuers = DEFINITIONS.map((definition) => new Issuer(definition, this.#shared));
  }

  /** The line that the server prints when it is ready. */
  get description() {
    return {
      origin: this.#shared.origin,
      providers: this.#issuersOf(PROVIDERS).map(({ entry }) => entry),
      directories: this.#issuersOf(DIRECTORIES).map(({ entry }) => entry),
      users: users.map(({ username, name, email }) => ({ username, name, email: email ?? null })),
    };
  }

  #issuersOf(definitions) {
    return this.issuers.filter(({ definition }) => definitions.includes(definition));
  }

  async handle(req, res) {
    const [path] = req.url.split("?");
    this.#logResponse(req, res, path);
    try {
      await this.#route(req, res, path);
    } catch (error) {
      console.error(error);
      if (!res.headersSent) send(res, 500, "text/plain", "The local provider failed; its log says why.\n");
    }
  }

  #logResponse({ method }, res, path) {
    const start = performance.now();
    res.once("close", () => {
      const status = res.writableFinished ? res.statusCode : "---";
      this.#log(`${method} ${path} ${status} ${Math.round(performance.now() - start)} ms`);
    });
  }

  async #route(req, res, path) {
    const { origin, requests } = this.#shared;
    // Rejects other host names that resolve to this server (DNS rebinding).
    const isControl = path.startsWith(CONTROL_PATH);
    const hosts = isControl ? ["localhost", "127.0.0.1", "[::1]"] : ["localhost"];
    if (!hosts.some((host) => req.headers.host === `${host}:${this.#port}`)) {
      send(res, 421, "text/plain", `This server is ${origin}, and doesn't accept other host names.\n`);
      return;
    }
    if (isControl) {
      await handleControl(req, res, { ...this.#shared, issuers: this.issuers });
      return;
    }

    requests.add(req, res);
    const issuer = this.issuers.find((candidate) => candidate.handles(path));
    if (issuer) await issuer.handle(req, res);
    else await this.#sendFile(req, res, path);
  }

  async #sendFile(req, res, path) {
    const picture = pictureOf(findUser(path.match(/^\/pictures\/(\w+)\.svg$/)?.[1]));
    if (picture) {
      res.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
      send(res, 200, "image/svg+xml", picture);
    } else if (path === "/views.css") {
      send(res, 200, "text/css", await readFile(new URL("views.css", import.meta.url)));
    } else if (path === "/favicon.ico") {
      send(res, 200, "image/svg+xml", ICON);
    } else if (path === "/") {
      show(viewContext(res), indexView({ issuers: this.#issuersOf(PROVIDERS).map(summary), users }));
    } else {
      send(res, 404, "text/plain", "Not found.\n");
    }
  }
}

const summary = ({ definition, issuer }) => ({ name: definition.name, issuer });

/** The parts of a Koa context that a view needs, for pages outside the issuers. */
function viewContext(res) {
  return {
    set: (headers) => Object.entries(headers).forEach(([name, value]) => res.setHeader(name, value)),
    set body(html) {
      send(res, 200, "text/html; charset=utf-8", html);
    },
  };
}

function send(res, status, type, content) {
  res.writeHead(status, { "Content-Type": type, "X-Content-Type-Options": "nosniff" });
  res.end(content);
}
