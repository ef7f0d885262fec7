// The pages that may sign in. They determine the redirect URIs of all clients, and the origins for CORS.

export class RegisteredPages {
  #urls = new Set();

  constructor(urls = []) {
    for (const url of urls) this.add(url);
  }

  /** Adds a page. Throws an error if the URL can't be a redirect URI. */
  add(url) {
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.hash) {
      throw new Error(`A page is an http or https URL without a fragment, but "${url}" isn't.`);
    }
    this.#urls.add(url);
  }

  get urls() {
    return [...this.#urls];
  }

  /** Each page, and its callback page for popups and hidden iframes. */
  get redirectUris() {
    return this.urls.flatMap((url) => [url, new URL("callback.html", url).href]);
  }

  hasOrigin(origin) {
    return this.urls.some((url) => new URL(url).origin === origin);
  }

  /** Whether this URL is that of a page, with any query. */
  isPage(pageUrl) {
    if (!URL.canParse(pageUrl)) return false;
    const { origin, pathname } = new URL(pageUrl);
    return this.redirectUris.some((url) => {
      const page = new URL(url);
      return page.origin === origin && page.pathname === pathname;
    });
  }
}
