// The requests of a tab, for waterfalls.

export class Requests {
  #entries = new Map();
  #finished = [];

  /** Records what the tab of a DevTools session requests. */
  static async record(session) {
    const requests = new Requests();
    session.on("Network.requestWillBeSent", (event) => requests.#start(event));
    session.on("Network.responseReceived", ({ requestId, timestamp, response }) => {
      const entry = requests.#entries.get(requestId);
      if (!entry) return;
      const { timing } = response;
      const headers = timing ? timing.requestTime + timing.receiveHeadersEnd / 1000 : timestamp;
      // What comes from memory has the times of its download.
      entry.response = headers > entry.start ? headers : timestamp;
      entry.isCached = response.fromDiskCache || entry.isCached;
    });
    session.on("Network.requestServedFromCache", ({ requestId }) => {
      const entry = requests.#entries.get(requestId);
      if (entry) entry.isCached = true;
    });
    for (const event of ["Network.loadingFinished", "Network.loadingFailed"]) {
      session.on(event, ({ requestId, timestamp }) => {
        const entry = requests.#entries.get(requestId);
        if (entry) entry.end = timestamp;
      });
    }
    await session.send("Network.enable");
    return requests;
  }

  #start({ requestId, timestamp, type, request, redirectResponse }) {
    const earlier = this.#entries.get(requestId);
    if (earlier && redirectResponse) {
      earlier.response ??= timestamp;
      earlier.end = timestamp;
    }
    const entry = { method: request.method, url: request.url, type, start: timestamp, isCached: false };
    this.#entries.set(requestId, entry);
    this.#finished.push(entry);
  }

  /**
   * The requests from the last document of `origin` on that began before `until` milliseconds had passed. Times are in
   * milliseconds since that document was requested.
   */
  since(origin, until = Infinity) {
    const all = this.#finished;
    const document = all.findLast(({ type, url }) => type === "Document" && url.startsWith(`${origin}/`));
    const since = (timestamp) => Math.round((timestamp - document.start) * 10_000) / 10;
    return all
      .slice(all.indexOf(document))
      .filter(({ url, start }) => /^https?:/.test(url) && since(start) < until)
      .map(({ method, url, type, start, response, end, isCached }) => {
        const { pathname } = new URL(url);
        const ends = end ?? response;
        return {
          name: pathname.endsWith("/") ? pathname : pathname.slice(pathname.lastIndexOf("/") + 1),
          method,
          type,
          isFromProvider: !url.startsWith(origin),
          isCached,
          start: since(start),
          response: since(response ?? ends ?? start),
          // What hadn't arrived when the measurement ended.
          end: ends === undefined ? null : since(ends),
        };
      });
  }
}
