// What people consented to at one issuer: the request behind every grant, which tokens and habits follow from.

export class Consents {
  #isOffline;
  #requests = new Map();
  #known = new Set();

  /** `issuesRefreshToken` is the vendor's rule where it is not the scope `offline_access`. */
  constructor({ issuesRefreshToken }) {
    this.#isOffline = issuesRefreshToken ?? (({ scope = "" }) => scope.split(" ").includes("offline_access"));
  }

  /** Remembers what a grant was last asked for with, and whether it is this person's first. */
  note(grantId, account, parameters) {
    const isFirst = !this.#known.has(account);
    this.#known.add(account);
    this.#requests.set(grantId, { ...parameters, account, isFirst });
  }

  requestOf(grantId) {
    return this.#requests.get(grantId);
  }

  isOffline(grantId) {
    return this.#isOffline(this.#requests.get(grantId) ?? {});
  }

  /** The next consent is a first one again. */
  forget(account) {
    this.#known.delete(account);
  }
}
