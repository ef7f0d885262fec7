// One issuer: an oidc-provider made from a definition of issuers/, with the faults and the sign-in page around it.

import { randomUUID } from "node:crypto";

import { applyAnswerFaults } from "./answers.mjs";
import { Consents } from "./consents.mjs";
import { applyContentFaults } from "./content_faults.mjs";
import { receive, respond } from "./habits.mjs";
import { generateKey, generateKeys } from "./keys.mjs";
import { Lifetimes } from "./lifetimes.mjs";
import { handleLogin } from "./login.mjs";
import { createMemoryAdapter, Provider } from "./oidc_provider.mjs";
import { providerConfiguration } from "./provider_configuration.mjs";
import { applyTransportFaults } from "./transport_faults.mjs";
import { users } from "./users.mjs";

const DISCOVERY = "/.well-known/openid-configuration";
/** Read by a page's script; the others are visited. */
const READABLE = ["discovery", "jwks", "token", "userinfo", "revocation"];
/** Where the library tells what went wrong: in more words than clients get. */
const PROBLEMS = ["grant.error", "revocation.error", "userinfo.error"];

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
    this.consents = new Consents(definition);
    this.#adapter = this.lifetimes.withGrace(createMemoryAdapter());
    this.#endpoints = Object.fromEntries([
      [DISCOVERY, "discovery"],
      ...Object.entries(definition.routes).map(([endpoint, path]) => [path, endpoint]),
    ]);
  }

  /** This issuer as an entry of a page's `providers`. */
  get entry() {
    const { id, kind, label, client, query = "" } = this.definition;
    const { client_id, client_secret } = client;
    return { id, kind, issuer: this.#shared.origin + this.#address + query, client_id, client_secret, label };
  }

  /** Where discovery is below; the issuer itself at most vendors. */
  get #address() {
    return this.definition.address ?? this.definition.issuer;
  }

  /** Whether the path is this issuer's. */
  owns(path) {
    return path.startsWith(`${this.definition.mount}/`);
  }

  async handle(req, res) {
    const { mount } = this.definition;
    const [path] = req.url.split("?");
    const discovery = this.#address + DISCOVERY;
    const inner = path === discovery ? DISCOVERY : path.slice(mount.length);
    // Discovery is below the issuer, which is not where the endpoints are at every vendor.
    if (inner === DISCOVERY && path !== discovery) {
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
        consents: this.consents,
        cookieKey: this.#cookieKey,
        keys: [...this.#keys, ...this.#retiredKeys],
      }),
    );
    for (const event of PROBLEMS) {
      provider.on(event, (ctx, problem) => {
        ctx.state.problem = problem;
      });
    }
    provider.use((ctx, next) => {
      ctx.mountPath = definition.mount;
      return this.#respond(ctx, next, provider);
    });
    return provider.callback();
  }

  async #respond(ctx, next, library) {
    const { requests, origin } = this.#shared;
    const { definition } = this;
    const endpoint = this.#endpoints[ctx.path] ?? (ctx.path.endsWith(DISCOVERY) ? "discovery" : undefined);
    const scene = this.#scene(ctx, endpoint, library);
    requests.noteEndpoint(ctx.req, definition.id, endpoint);

    const answered =
      (await applyTransportFaults(ctx, scene)) ||
      (await applyAnswerFaults(ctx, scene)) ||
      (await receive(ctx, scene)) ||
      (await handleLogin(ctx, { provider: library, definition, origin }));
    if (!answered) {
      grantOfflineAccess(ctx, endpoint);
      await next();
      requests.noteForm(ctx.req, ctx.oidc?.body);
      requests.noteGrant(ctx.req, ctx.oidc?.entities.Grant?.jti);
      if (endpoint === "jwks" && ctx.status === 200) ctx.body = this.#withoutRetired(ctx.body);
      respond(ctx, scene);
      applyContentFaults(ctx, scene);
    }
    this.#limitCors(ctx, endpoint);
  }

  /** What faults and habits may know of a request. */
  #scene(ctx, endpoint, library) {
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
      signedWith: [...this.#keys, ...this.#retiredKeys],
      forgetConsent: (account) => consents.forget(account),
      /** The request that the tokens or the answer come of. */
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

  #withoutRetired({ keys }) {
    const retired = this.#retiredKeys.map(({ kid }) => kid);
    return { keys: keys.filter(({ kid }) => !retired.includes(kid)) };
  }

  /** Answers are readable by the registered pages' origins alone, whoever made the answer. */
  #limitCors(ctx, endpoint) {
    const { faults, pages } = this.#shared;
    const { id, readable = READABLE, refusesPreflight = [] } = this.definition;
    const origin = ctx.get("Origin");
    if (!READABLE.includes(endpoint) || !origin) return;
    const [noCors] = faults.take(id, endpoint, ["no-cors"]);
    const isRefused = ctx.method === "OPTIONS" && refusesPreflight.includes(endpoint);
    if (pages.hasOrigin(origin) && readable.includes(endpoint) && !noCors && !isRefused) {
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
  ctx.state.asked = { scope, prompt };
  const prompts = prompt.split(" ").filter(Boolean);
  if (!scope.split(" ").includes("offline_access") || prompts.includes("none")) return;
  ctx.query = { ...ctx.query, prompt: [...new Set([...prompts, "consent"])].join(" ") };
}
