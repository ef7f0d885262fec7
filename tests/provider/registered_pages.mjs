// The pages that may sign in: redirect URIs of every client, and the origins that get CORS.

export class RegisteredPages {
  #urls = new Set();

  constructor(urls = []) {
    for (const url of urls) this.add(url);
  }

  /** Adds a page; throws a sentence when the URL cannot be a redirect URI. */
  add(url) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.hash) {
      throw new Error(`A page is an http or https URL without a fragment, and "${url}" is not.`);
    }
    this.#urls.add(url);
  }

  get urls() {
    return [...this.#urls];
  }

  /** Where browsers may be sent back to: each page, and its callback page for popups and hidden frames. */
  get redirectUris() {
    return this.urls.flatMap((url) => [url, new URL("callback.html", url).href]);
  }

  hasOrigin(origin) {
    return this.urls.some((url) => new URL(url).origin === origin);
  }

  /** Whether this address is one of the pages, whatever its query. */
  isPage(address) {
    if (!URL.canParse(address)) return false;
    const { origin, pathname } = new URL(address);
    return this.redirectUris.some((url) => {
      const page = new URL(url);
      return page.origin === origin && page.pathname === pathname;
    });
  }
}
