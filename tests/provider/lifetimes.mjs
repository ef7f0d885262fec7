// The lifetimes of an issuer's tokens, and the rotation of refresh tokens.

const HOUR = 60 * 60;
const DAY = 24 * HOUR;

const isSeconds = (value) => Number.isInteger(value) && value > 0;

/** The settings and their valid values. */
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
  /** Every use of a refresh token issues a new one. Reusing an old one revokes them all. */
  rotation: true,
  /** For how many seconds an old refresh token can be used again. */
  grace: 0,
};

export class Lifetimes {
  #defaults;
  #set = {};

  /** `defaults` are the vendor's. */
  constructor(defaults = {}) {
    this.#defaults = { ...DEFAULTS, ...defaults };
  }

  get current() {
    return { ...this.#defaults, ...this.#set };
  }

  /** Changes the lifetimes of what is issued from now on. Throws an error if a value is invalid. */
  set(values) {
    for (const [name, value] of Object.entries(values)) {
      if (!Object.hasOwn(FIELDS, name)) {
        throw new Error(`"${name}" cannot be set: ${Object.keys(FIELDS).join(", ")} can.`);
      }
      if (!FIELDS[name](value)) throw new Error(`The field "${name}" has an invalid value.`);
    }
    Object.assign(this.#set, values);
  }

  reset() {
    this.#set = {};
  }

  /** The `ttl` setting of oidc-provider. */
  get ttl() {
    return {
      AccessToken: () => this.current.access_token,
      AuthorizationCode: 60,
      // At least as long as its tokens.
      Grant: () => Math.max(DAY, this.current.refresh_token, this.current.session),
      IdToken: () => this.current.id_token,
      Interaction: HOUR,
      // A rotated refresh token keeps the expiry of the first.
      RefreshToken: (ctx) => ctx?.oidc?.entities.RotatedRefreshToken?.remainingTTL || this.current.refresh_token,
      Session: () => this.current.session,
    };
  }

  /** Wraps a store, so that a used refresh token counts as unused until the grace period is over. */
  withGrace(adapter) {
    return (model) => {
      const store = adapter(model);
      if (model !== "RefreshToken") return store;
      const find = store.find.bind(store);
      store.find = async (id) => {
        const payload = await find(id);
        const isInGracePeriod = payload?.consumed && Date.now() / 1000 < payload.consumed + this.current.grace;
        return isInGracePeriod ? { ...payload, consumed: undefined } : payload;
      };
      return store;
    };
  }
}
