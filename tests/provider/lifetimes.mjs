// How long an issuer's tokens live, and what becomes of a refresh token that was used.

const HOUR = 60 * 60;
const DAY = 24 * HOUR;

const isSeconds = (value) => Number.isInteger(value) && value > 0;

/** What may be set, and to what. */
const FIELDS = {
  access_token: isSeconds,
  id_token: isSeconds,
  refresh_token: isSeconds,
  session: isSeconds,
  rotation: (value) => typeof value === "boolean",
  grace: (value) => value === 0 || isSeconds(value),
};

const DEFAULTS = {
  access_token: HOUR,
  id_token: HOUR,
  refresh_token: DAY,
  session: DAY,
  /** Every use gives a new refresh token; the use of an old one ends them all. */
  rotation: true,
  /** Seconds in which an old one may be used again. */
  grace: 0,
};

export class Lifetimes {
  #defaults;
  #set = {};

  /** `defaults` are the vendor's own. */
  constructor(defaults = {}) {
    this.#defaults = { ...DEFAULTS, ...defaults };
  }

  get current() {
    return { ...this.#defaults, ...this.#set };
  }

  /** For what is issued from now on; throws a sentence when it cannot be. */
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      if (!Object.hasOwn(FIELDS, name)) {
        throw new Error(`"${name}" cannot be set: ${Object.keys(FIELDS).join(", ")} can.`);
      }
      if (!FIELDS[name](value)) throw new Error(`The field "${name}" has a value that does not fit.`);
    }
    Object.assign(this.#set, values);
  }

  reset() {
    this.#set = {};
  }

  /** In the words of oidc-provider. */
  get ttl() {
    return {
      AccessToken: () => this.current.access_token,
      AuthorizationCode: 60,
      // Longer than whatever it stands for.
      Grant: () => Math.max(DAY, this.current.refresh_token, this.current.session),
      IdToken: () => this.current.id_token,
      Interaction: HOUR,
      // A new one does not live longer than the one it takes the place of.
      RefreshToken: (ctx) => ctx?.oidc?.entities.RotatedRefreshToken?.remainingTTL || this.current.refresh_token,
      Session: () => this.current.session,
    };
  }

  /** The store, in which a used refresh token counts as unused until the grace period is over. */
  withGrace(adapter) {
    return (model) => {
      const store = adapter(model);
      if (model !== "RefreshToken") return store;
      const find = store.find.bind(store);
      store.find = async (id) => {
        const payload = await find(id);
        const isGraceful = payload?.consumed && Date.now() / 1000 < payload.consumed + this.current.grace;
        return isGraceful ? { ...payload, consumed: undefined } : payload;
      };
      return store;
    };
  }
}
