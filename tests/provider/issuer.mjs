// One issuer: an oidc-provider for a definition in issuers/, with hooks, faults and the sign-in page around it.

import { randomUUID } from "node:crypto";

import { Consents } from "./consents.mjs";
import { applyContentFaults } from "./content_faults.mjs";
import { generateKey, generateKeys } from "./keys.mjs";
import { Lifetimes } from "./lifetimes.mjs";
import { handleLogin } from "./login.mjs";
import { createMemoryAdapter, Provider } from "./oidc_provider.mjs";
import { providerConfiguration } from "./provider_configuration.mjs";
import { applyTransportFaults } from "./transport_faults.mjs";
import { users } from "./users.mjs";
import { applyVendorErrorFaults } from "./vendor_errors.mjs";
import { afterLibrary, beforeLibrary } from "./vendor_hooks.mjs";

const DISCOVERY = "/.well-known/openid-configuration";
/** The endpoints that scripts fetch. The others are navigated to. */
const CORS_ENDPOINTS = ["discovery", "jwks", "token", "userinfo", "revocation"];
/** The library's events with details of an error that clients don't get. */
const ERROR_EVENTS = ["grant.error", "revocation.error", "userinfo.error"];

export class Issuer {
  #shared;
  #callback;
  #keys;
  /** Keys that left the key set. ID tokens that they signed are still valid hints at sign-out. */
  #retiredKeys = [];
  #adapter;
  #cookieKey = randomUUID();
  #endpoints;

  /** `shared`: origin, pages, faults, requests. */
  constructor(definition, shared) {
    this.definition = definition;
    this.issuer = shared.origin + definition.issuer;
    this.#shared = shared;
    this.lifetimes = new Lifetimes(definition.lifetimes);
    this.consents = new Consents(definition);
    this.#adapter = this.lifetimes.withGrace(createMemoryAdapter());
    this.#endpoints = Object.fromEntries([
      [DISCOVERY, "discovery"],
      ...Object.entries(definition.routes).map(([endpoint, path]) => [path, endpoint]),
    ]);
  }

  /** This issuer's entry for `providers` in a page's configuration. */
  get entry() {
    const { id, kind, label, client, query = "" } = this.definition;
    const { client_id, client_secret } = client;
    const { discoveryBase = this.definition.issuer } = this.definition;
    return { id, kind, issuer: this.#shared.origin + discoveryBase + query, client_id, client_secret, label };
  }

  /** The path below which discovery is: that of the issuer at most vendors, without its trailing slash. */
  get #discoveryBase() {
    return this.definition.discoveryBase ?? this.definition.issuer.replace(/\/$/, "");
  }

  /** Whether this issuer handles the path. */
  handles(path) {
    return path.startsWith(`${this.definition.mount}/`);
  }

  async handle(req, res) {
    const { mount } = this.definition;
    const [path] = req.url.split("?");
    const discovery = this.#discoveryBase + DISCOVERY;
    const inner = path === discovery ? DISCOVERY : path.slice(mount.length);
    // At some vendors, discovery and the endpoints are below different paths.
    if (inner === DISCOVERY && path !== discovery) {
      res.writeHead(404).end();
      return;
    }
    req.url = inner + req.url.slice(path.length);
    // Generating keys is slow, so this waits for the first request.
    this.#callback ??= this.#start();
    (await this.#callback)(req, res);
  }

  async #start() {
    this.#keys = await generateKeys(this.definition.algorithms);
    return this.#createProvider();
  }

  /** Replaces the signing key. Returns the new `kid`. */
  async rotateKeys() {
    this.#callback ??= this.#start();
    await this.#callback;
    const [oldKey, ...others] = this.#keys;
    const newKey = await generateKey(oldKey.alg);
    this.#keys = [newKey, ...others];
    this.#retiredKeys.push(oldKey);
    this.#callback = Promise.resolve(this.#createProvider());
    return newKey.kid;
  }

  /** Ends the sessions of all browsers, as if each had lost its cookies: they have the wrong signature from now on. */
  async forgetSessions() {
    this.#cookieKey = randomUUID();
    if (!this.#callback) return;
    await this.#callback;
    this.#callback = Promise.resolve(this.#createProvider());
  }

  #createProvider() {
    const { definition } = this;
    const { origin, pages } = this.#shared;
    const provider = new Provider(
      this.issuer,
      providerConfiguration(definition, {
        origin,
        pages,
        adapter: this.#adapter,
        lifetimes: this.lifetimes,
        consents: this.consents,
        cookieKey: this.#cookieKey,
        keys: [...this.#keys, ...this.#retiredKeys],
      }),
    );
    for (const event of ERROR_EVENTS) {
      provider.on(event, (ctx, error) => {
        ctx.state.libraryError = error;
      });
    }
    provider.use((ctx, next) => {
      ctx.mountPath = definition.mount;
      return this.#handleRequest(ctx, next, provider);
    });
    return provider.callback();
  }

  async #handleRequest(ctx, next, library) {
    const { requests, origin } = this.#shared;
    const { definition } = this;
    const endpoint = this.#endpoints[ctx.path] ?? (ctx.path.endsWith(DISCOVERY) ? "discovery" : undefined);
    const env = this.#env(ctx, endpoint, library);
    requests.setEndpoint(ctx.req, definition.id, endpoint);

    const hasResponse =
      (await applyTransportFaults(ctx, env)) ||
      (await applyVendorErrorFaults(ctx, env)) ||
      (await beforeLibrary(ctx, env)) ||
      (await handleLogin(ctx, { provider: library, definition, origin }));
    if (!hasResponse) {
      grantOfflineAccess(ctx, endpoint);
      await next();
      requests.setForm(ctx.req, ctx.oidc?.body);
      requests.setGrant(ctx.req, ctx.oidc?.entities.Grant?.jti);
      if (endpoint === "jwks" && ctx.status === 200) ctx.body = this.#removeRetiredKeys(ctx.body);
      afterLibrary(ctx, env);
      await applyContentFaults(ctx, env);
    }
    this.#restrictCors(ctx, endpoint);
    this.#setOpenerPolicy(ctx, endpoint);
  }

  /** A fault "opener-policy": the pages that users see cut themselves off from the page that opened them. */
  #setOpenerPolicy(ctx, endpoint) {
    if (CORS_ENDPOINTS.includes(endpoint)) return;
    const [fault] = this.#shared.faults.take(this.definition.id, "authorization", ["opener-policy"]);
    if (fault) ctx.set("Cross-Origin-Opener-Policy", fault.policy ?? "same-origin");
  }

  /** What faults and hooks can use while they handle a request. */
  #env(ctx, endpoint, library) {
    const { definition, consents } = this;
    const request = () => {
      const { Grant, AccessToken } = ctx.oidc?.entities ?? {};
      return consents.requestOf(Grant?.jti ?? AccessToken?.grantId);
    };
    return {
      ...this.#shared,
      provider: definition.id,
      definition,
      endpoint,
      library,
      keys: this.#keys,
      allKeys: [...this.#keys, ...this.#retiredKeys],
      forgetConsent: (account) => consents.forget(account),
      /** The authorization request behind the tokens or the response. */
      get request() {
        return request();
      },
      get user() {
        return users.find((user) => definition.subject(user) === request()?.account);
      },
      get form() {
        return ctx.oidc?.body ?? {};
      },
      get session() {
        return ctx.oidc?.session?.uid;
      },
    };
  }

  #removeRetiredKeys({ keys }) {
    const retired = this.#retiredKeys.map(({ kid }) => kid);
    return { keys: keys.filter(({ kid }) => !retired.includes(kid)) };
  }

  /** Only the origins of registered pages can read responses, no matter who made the response. */
  #restrictCors(ctx, endpoint) {
    const { faults, pages } = this.#shared;
    const { id, corsEndpoints = CORS_ENDPOINTS, rejectsPreflight = [] } = this.definition;
    const origin = ctx.get("Origin");
    if (!CORS_ENDPOINTS.includes(endpoint) || !origin) return;
    const [noCors] = faults.take(id, endpoint, ["no-cors"]);
    const isRejected = ctx.method === "OPTIONS" && rejectsPreflight.includes(endpoint);
    if (pages.hasOrigin(origin) && corsEndpoints.includes(endpoint) && !noCors && !isRejected) {
      ctx.set("Access-Control-Allow-Origin", origin);
      ctx.vary("Origin");
      return;
    }
    for (const name of Object.keys(ctx.response.headers)) {
      if (name.startsWith("access-control-")) ctx.remove(name);
    }
  }
}

/** oidc-provider drops `offline_access` without `prompt=consent`, so this adds it. Consent is given silently. */
function grantOfflineAccess(ctx, endpoint) {
  if (endpoint !== "authorization" || ctx.method !== "GET") return;
  const { scope, prompt = "" } = ctx.query;
  if (typeof scope !== "string" || typeof prompt !== "string") return;
  ctx.state.originalParameters = { scope, prompt };
  const prompts = prompt.split(" ").filter(Boolean);
  if (!scope.split(" ").includes("offline_access") || prompts.includes("none")) return;
  ctx.query = { ...ctx.query, prompt: [...new Set([...prompts, "consent"])].join(" ") };
}
