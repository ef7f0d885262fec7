// A minimal browser with a page that signs in: cookies, redirects, forms, PKCE.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";

import { createLocalJWKSet, jwtVerify } from "jose";

import { PAGE, PAGE_ORIGIN } from "./provider.mjs";

export class Browser {
  #cookies = [];

  /**
   * Follows redirects to a document. Stops at the page's own URL, which isn't served here, and returns its query
   * parameters as `callback`.
   */
  async visit(url, options = {}) {
    const response = await fetch(url, {
      ...options,
      redirect: "manual",
      headers: { Accept: "text/html", Cookie: this.#cookieHeader(url), ...options.headers },
    });
    for (const line of response.headers.getSetCookie()) this.#store(line, url);
    const location = response.headers.get("Location");
    if (!location) return { url, status: response.status, response, html: await response.text() };
    const target = new URL(location, url).href;
    if (target.startsWith(PAGE)) return { url: target, callback: Object.fromEntries(new URL(target).searchParams) };
    return this.visit(target);
  }

  /** Presses the button whose text starts with `name`. */
  press(document, name) {
    const button = buttons(document.html).find(({ text }) => text.startsWith(name));
    if (!button) throw new Error(`There is no button "${name}" in:\n${document.html}`);
    const form = document.html.match(/<form[^>]*>[^]*?<\/form>/)[0];
    const body = new URLSearchParams(button.value && { [button.name]: button.value });
    for (const [, field, value] of form.matchAll(/type="hidden" name="(\w+)" value="(\w+)"/g)) body.set(field, value);
    const action = form.match(/action="([^"]+)"/)?.[1] ?? document.url;
    return this.visit(action, { method: "POST", body });
  }

  #store(line, url) {
    const [pair, ...attributes] = line.split("; ");
    const [name, value] = pair.split("=");
    const path = attributes.find((attribute) => attribute.startsWith("path="))?.slice(5) ?? "/";
    const expires = attributes.find((attribute) => attribute.startsWith("expires="))?.slice(8);
    this.#cookies = this.#cookies.filter((cookie) => cookie.name !== name || cookie.path !== path);
    if (!expires || new Date(expires) > new Date()) this.#cookies.push({ name, value, path, host: new URL(url).host });
  }

  #cookieHeader(url) {
    const { host, pathname } = new URL(url);
    return this.#cookies
      .filter((cookie) => cookie.host === host && `${pathname}/`.startsWith(`${cookie.path}/`.replace("//", "/")))
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }
}

export function buttons(html) {
  return [...html.matchAll(/<button([^>]*)>([^]*?)<\/button>/g)].map(([, attributes, content]) => ({
    name: attributes.match(/name="(\w+)"/)?.[1],
    value: attributes.match(/value="(\w+)"/)?.[1],
    text: content.replace(/<[^>]*>/g, "").replace(/\s+/g, " ").trim(),
  }));
}

export function heading(html) {
  return html.match(/<h1>([^]*?)<\/h1>/)[1];
}

/** Fetches like a script of the page. */
export function fetchFromPage(url, options = {}) {
  return fetch(url, { ...options, headers: { Origin: PAGE_ORIGIN, ...options.headers } });
}

/** The metadata URL of an issuer, which may have a query. */
export function discoveryUrl({ issuer }) {
  const [path, query] = issuer.split("?");
  return `${path.replace(/\/$/, "")}/.well-known/openid-configuration${query ? `?${query}` : ""}`;
}

/** The client's side of one sign-in at one provider. */
export class SignIn {
  constructor(provider, metadata, parameters = {}) {
    this.provider = provider;
    this.metadata = metadata;
    this.verifier = randomUUID() + randomUUID();
    this.parameters = {
      response_type: "code",
      client_id: provider.client_id,
      redirect_uri: PAGE,
      scope: "openid profile email",
      state: randomUUID(),
      nonce: randomUUID(),
      code_challenge: createHash("sha256").update(this.verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...parameters,
    };
  }

  static async start(provider, parameters) {
    const response = await fetchFromPage(discoveryUrl(provider));
    return new SignIn(provider, await response.json(), parameters);
  }

  get url() {
    const url = new URL(this.metadata.authorization_endpoint);
    for (const [name, value] of Object.entries(this.parameters)) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  /** Visits the provider, chooses this user, and returns the parameters of the authorization response. */
  async asUser(browser, name) {
    return (await browser.press(await browser.visit(this.url), name)).callback;
  }

  tokenRequest(form) {
    const { client_id, client_secret } = this.provider;
    return fetchFromPage(this.metadata.token_endpoint, {
      method: "POST",
      body: new URLSearchParams({ client_id, ...(client_secret && { client_secret }), ...form }),
    });
  }

  codeRequest(code, form = {}) {
    return this.tokenRequest({
      grant_type: "authorization_code",
      code,
      redirect_uri: PAGE,
      code_verifier: this.verifier,
      ...form,
    });
  }

  async tokens(browser, name) {
    const { code } = await this.asUser(browser, name);
    return (await this.codeRequest(code)).json();
  }

  async renew(refresh_token) {
    const response = await this.tokenRequest({ grant_type: "refresh_token", refresh_token });
    return { status: response.status, ...(await response.json()) };
  }

  userinfo(access_token) {
    return fetchFromPage(this.metadata.userinfo_endpoint, { headers: { Authorization: `Bearer ${access_token}` } });
  }

  /** Verifies signature, audience, issuer and nonce of an ID token, and returns its claims. */
  async verify(idToken, issuer = this.metadata.issuer) {
    const keys = createLocalJWKSet(await (await fetchFromPage(this.metadata.jwks_uri)).json());
    const { payload } = await jwtVerify(idToken, keys, {
      issuer,
      audience: this.provider.client_id,
      algorithms: ["RS256"],
    });
    assert.equal(payload.nonce, this.parameters.nonce);
    return payload;
  }
}
