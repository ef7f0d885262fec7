// One issuer: an oidc-provider made from a definition of issuers/, with the faults and the sign-in page around it.

import { randomUUID } from "node:crypto";

import { applyContentFaults } from "./content_faults.mjs";
import { generateKey, generateKeys } from "./keys.mjs";
import { Lifetimes } from "./lifetimes.mjs";
import { handleLogin } from "./login.mjs";
import { createMemoryAdapter, Provider } from "./oidc_provider.mjs";
import { providerConfiguration } from "./provider_configuration.mjs";
import { applyTransportFaults } from "./transport_faults.mjs";

const DISCOVERY = "/.well-known/openid-configuration";
/** Read by a page's script; the others are visited. */
const CORS_ENDPOINTS = ["discovery", "jwks", "token", "userinfo", "revocation"];

export class Issuer {
  #shared;
  #app;
  #keys;
  /** Keys that are out of the key set; old ID tokens still count as a hint at sign-out. */
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
    this.#adapter = this.lifetimes.withGrace(createMemoryAdapter());
    this.#endpoints = Object.fromEntries([
      [DISCOVERY, "discovery"],
      ...Object.entries(definition.routes).map(([endpoint, path]) => [path, endpoint]),
    ]);
  }

  /** This issuer as an entry of a page's `providers`. */
  get entry() {
    const { id, kind, label, client } = this.definition;
    const { client_id, client_secret } = client;
    return { id, kind, issuer: this.issuer, client_id, client_secret, label };
  }

  /** Whether the path is this issuer's. */
  owns(path) {
    return path.startsWith(`${this.definition.mount}/`);
  }

  async handle(req, res) {
    const { mount, issuer } = this.definition;
    const [path] = req.url.split("?");
    const inner = path === issuer + DISCOVERY ? DISCOVERY : path.slice(mount.length);
    // Discovery is below the issuer, which is not where the endpoints are at every vendor.
    if (inner === DISCOVERY && path !== issuer + DISCOVERY) {
      res.writeHead(404).end();
      return;
    }
    req.url = inner + req.url.slice(path.length);
    // Keys cost time to make: the first visitor of an issuer has them made.
    this.#app ??= this.#start();
    (await this.#app)(req, res);
  }

  async #start() {
    this.#keys = await generateKeys(this.definition.algorithms);
    return this.#build();
  }

  /** A new signing key takes the place of the old one, at once. */
  async rotateKeys() {
    this.#app ??= this.#start();
    await this.#app;
    const [old, ...others] = this.#keys;
    const fresh = await generateKey(old.alg);
    this.#keys = [fresh, ...others];
    this.#retiredKeys.push(old);
    this.#app = Promise.resolve(this.#build());
    return fresh.kid;
  }

  #build() {
    const { definition } = this;
    const { origin, pages } = this.#shared;
    const provider = new Provider(
      this.issuer,
      providerConfiguration(definition, {
        origin,
        pages,
        adapter: this.#adapter,
        lifetimes: this.lifetimes,
        cookieKey: this.#cookieKey,
        keys: [...this.#keys, ...this.#retiredKeys],
      }),
    );
    provider.use((ctx, next) => {
      ctx.mountPath = definition.mount;
      return this.#respond(ctx, next, provider);
    });
    return provider.callback();
  }

  async #respond(ctx, next, provider) {
    const { faults, requests, pages, origin } = this.#shared;
    const { id, respond } = this.definition;
    const endpoint = this.#endpoints[ctx.path];
    const scene = { faults, requests, pages, provider: id, endpoint, keys: this.#keys };
    requests.noteEndpoint(ctx.req, id, endpoint);
    grantOfflineAccess(ctx, endpoint);

    const answered =
      (await applyTransportFaults(ctx, scene)) ||
      (await handleLogin(ctx, { provider, definition: this.definition, origin }));
    if (!answered) {
      await next();
      requests.noteForm(ctx.req, ctx.oidc?.body);
      requests.noteGrant(ctx.req, ctx.oidc?.entities.Grant?.jti);
      if (endpoint === "jwks" && ctx.status === 200) ctx.body = this.#withoutRetired(ctx.body);
      respond?.(ctx, endpoint);
      applyContentFaults(ctx, scene);
    }
    this.#limitCors(ctx, endpoint);
  }

  #withoutRetired({ keys }) {
    const retired = this.#retiredKeys.map(({ kid }) => kid);
    return { keys: keys.filter(({ kid }) => !retired.includes(kid)) };
  }

  /** Answers are readable by the registered pages' origins alone, whoever made the answer. */
  #limitCors(ctx, endpoint) {
    const { faults, pages } = this.#shared;
    const origin = ctx.get("Origin");
    if (!CORS_ENDPOINTS.includes(endpoint) || !origin) return;
    const [noCors] = faults.take(this.definition.id, endpoint, ["no-cors"]);
    if (pages.hasOrigin(origin) && !noCors) {
      ctx.set("Access-Control-Allow-Origin", origin);
      ctx.vary("Origin");
      return;
    }
    for (const name of Object.keys(ctx.response.headers)) {
      if (name.startsWith("access-control-")) ctx.remove(name);
    }
  }
}

/** oidc-provider drops `offline_access` unless consent is asked; here consent is given without asking. */
function grantOfflineAccess(ctx, endpoint) {
  if (endpoint !== "authorization" || ctx.method !== "GET") return;
  const { scope, prompt = "" } = ctx.query;
  if (typeof scope !== "string" || typeof prompt !== "string") return;
  const prompts = prompt.split(" ").filter(Boolean);
  if (!scope.split(" ").includes("offline_access") || prompts.includes("none")) return;
  ctx.query = { ...ctx.query, prompt: [...new Set([...prompts, "consent"])].join(" ") };
}
