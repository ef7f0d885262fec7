// What users consented to at one issuer: the authorization request behind every grant.

export class Consents {
  #issuesRefreshToken;
  #requests = new Map();
  #accounts = new Set();

  /** `issuesRefreshToken` is the vendor's rule, if it isn't the scope `offline_access`. */
  constructor({ issuesRefreshToken }) {
    this.#issuesRefreshToken = issuesRefreshToken ?? (({ scope = "" }) => scope.split(" ").includes("offline_access"));
  }

  /** Records the latest request for a grant, and whether it is the account's first consent. */
  record(grantId, account, parameters) {
    const isFirst = !this.#accounts.has(account);
    this.#accounts.add(account);
    this.#requests.set(grantId, { ...parameters, account, isFirst });
  }

  requestOf(grantId) {
    return this.#requests.get(grantId);
  }

  issuesRefreshToken(grantId) {
    return this.#issuesRefreshToken(this.#requests.get(grantId) ?? {});
  }

  /** Makes the account's next consent its first one again. */
  forget(account) {
    this.#accounts.delete(account);
  }
}
