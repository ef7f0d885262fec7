// The log of received requests for the tests. It never holds a code, verifier or token.

const MAX_ENTRIES = 5000;
/** The parameters whose values are logged. None is secret. */
const LOGGED_PARAMETERS = [
  "redirect_uri",
  "response_type",
  "code_challenge_method",
  "grant_type",
  "scope",
  "prompt",
  "access_type",
  "hd",
  "domain_hint",
  "idp",
  "p",
];

export class RequestLog {
  #entries = [];
  #entryOf = new WeakMap();
  /** Numbers for grants, because their IDs are secret. */
  #grantNumbers = new Map();

  get entries() {
    return this.#entries;
  }

  clear() {
    this.#entries = [];
  }

  /** Adds a request. The status follows with the response. */
  add(req, res) {
    const { pathname, searchParams } = new URL(req.url, "http://localhost");
    const entry = {
      method: req.method,
      path: pathname,
      provider: null,
      endpoint: null,
      origin: req.headers.origin ?? null,
      headers: Object.keys(req.headers).sort(),
      query_parameters: [...new Set(searchParams.keys())],
      form_parameters: [],
      grant: null,
      status: null,
    };
    logParameters(entry, Object.fromEntries(searchParams));
    res.once("finish", () => {
      entry.status = res.statusCode;
    });
    this.#entries.push(entry);
    if (this.#entries.length > MAX_ENTRIES) this.#entries.shift();
    this.#entryOf.set(req, entry);
  }

  setEndpoint(req, provider, endpoint) {
    Object.assign(this.#entryOf.get(req) ?? {}, { provider, endpoint: endpoint ?? null });
  }

  setForm(req, form) {
    const entry = this.#entryOf.get(req);
    if (!entry || !form) return;
    entry.form_parameters = Object.keys(form);
    logParameters(entry, form);
  }

  /** Sets the grant. All token requests of one sign-in have the same number. */
  setGrant(req, id) {
    const entry = this.#entryOf.get(req);
    if (!entry || !id) return;
    if (!this.#grantNumbers.has(id)) this.#grantNumbers.set(id, this.#grantNumbers.size + 1);
    entry.grant = this.#grantNumbers.get(id);
  }
}

function logParameters(entry, parameters) {
  for (const name of LOGGED_PARAMETERS) {
    if (typeof parameters[name] === "string") entry[name] = parameters[name];
  }
}
