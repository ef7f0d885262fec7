// What the tests may ask about the requests that came in. Names and plain facts, never a code, verifier or token.

const KEPT = 5000;
/** The parameters whose values tell something and are no secret. */
const OPEN_PARAMETERS = [
  "redirect_uri",
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
  /** Grants by their ids, which are secret, as numbers in the order they were first used. */
  #grants = new Map();

  get entries() {
    return this.#entries;
  }

  clear() {
    this.#entries = [];
  }

  /** Notes a request when it arrives; its answer's status is filled in when there is one. */
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
    noteOpenParameters(entry, Object.fromEntries(searchParams));
    res.once("finish", () => {
      entry.status = res.statusCode;
    });
    this.#entries.push(entry);
    if (this.#entries.length > KEPT) this.#entries.shift();
    this.#entryOf.set(req, entry);
  }

  noteEndpoint(req, provider, endpoint) {
    Object.assign(this.#entryOf.get(req) ?? {}, { provider, endpoint: endpoint ?? null });
  }

  noteForm(req, form) {
    const entry = this.#entryOf.get(req);
    if (!entry || !form) return;
    entry.form_parameters = Object.keys(form);
    noteOpenParameters(entry, form);
  }

  /** Which sign-in the tokens of a request come from: renewals of one have the same number. */
  noteGrant(req, id) {
    const entry = this.#entryOf.get(req);
    if (!entry || !id) return;
    if (!this.#grants.has(id)) this.#grants.set(id, this.#grants.size + 1);
    entry.grant = this.#grants.get(id);
  }
}

function noteOpenParameters(entry, parameters) {
  for (const name of OPEN_PARAMETERS) {
    if (typeof parameters[name] === "string") entry[name] = parameters[name];
  }
}
