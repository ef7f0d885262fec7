// The kinds of faults, and those that are set. Their effects are in transport_faults, content_faults, id_token_faults and
// vendor_errors.

const HTTP_ENDPOINTS = ["discovery", "jwks", "token", "userinfo", "revocation", "authorization", "end_session"];
const JSON_ENDPOINTS = ["discovery", "jwks", "token", "userinfo"];
const REDIRECT_ENDPOINTS = ["authorization", "end_session"];
const ID_TOKEN = ["id_token"];
/** The algorithms that keys.mjs generates keys for. */
const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];

const isText = (value) => typeof value === "string";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isStatus = (value) => Number.isInteger(value) && value >= 200 && value <= 599;
const isCount = (value) => Number.isInteger(value) && value > 0;
const isTextList = (value) => Array.isArray(value) && value.every(isText);
const isObjectList = (value) => Array.isArray(value) && value.every(isObject);
const isAlgorithmList = (value) => Array.isArray(value) && value.every((name) => ALGORITHMS.includes(name));
const isFlag = (value) => typeof value === "boolean";
const isEncoding = (value) => value === "gzip";
const isBody = (value) => isText(value) || isObject(value);

const responseFields = { status: isStatus, body: isBody, content_type: isText, headers: isObject };
const changeFields = { set: isObject, remove: isTextList };
const keyFields = { remove: isTextList, add: isObjectList, generate: isAlgorithmList, hide_own: isFlag };

/** The endpoints of each kind, its fields, and which of them are required. */
const KINDS = {
  status: { endpoints: HTTP_ENDPOINTS, fields: responseFields, required: ["status"] },
  body: { endpoints: HTTP_ENDPOINTS, fields: responseFields, required: ["body"] },
  redirect: { endpoints: HTTP_ENDPOINTS, fields: { location: isText, status: isStatus }, required: ["location"] },
  hang: { endpoints: HTTP_ENDPOINTS, fields: {} },
  close: { endpoints: HTTP_ENDPOINTS, fields: {} },
  delay: { endpoints: HTTP_ENDPOINTS, fields: { ms: isCount }, required: ["ms"] },
  large: { endpoints: HTTP_ENDPOINTS, fields: { bytes: isCount, encoding: isEncoding }, required: ["bytes"] },
  "slow-body": { endpoints: HTTP_ENDPOINTS, fields: {} },
  "no-cors": { endpoints: HTTP_ENDPOINTS, fields: {} },
  "vendor-error": { endpoints: HTTP_ENDPOINTS, fields: { error: isText }, required: ["error"] },
  "opener-policy": { endpoints: ["authorization"], fields: { policy: isText } },
  json: { endpoints: JSON_ENDPOINTS, fields: changeFields },
  keys: { endpoints: ["jwks"], fields: keyFields },
  "front-channel": { endpoints: ["end_session"], fields: { frame: isText }, required: ["frame"] },
  response: { endpoints: REDIRECT_ENDPOINTS, fields: changeFields },
  claims: { endpoints: ID_TOKEN, fields: changeFields },
  header: { endpoints: ID_TOKEN, fields: changeFields },
  signature: { endpoints: ID_TOKEN, fields: {} },
  "unknown-kid": { endpoints: ID_TOKEN, fields: {} },
};

const COMMON_FIELDS = { provider: isText, endpoint: isText, kind: isText, times: isCount };

/** Throws an error if the server can't apply the fault. `errorNames` are the names of vendor errors by provider. */
function validate(fault, errorNames) {
  if (!isObject(fault)) throw new Error("A fault is a JSON object.");
  if (!Object.hasOwn(errorNames, fault.provider)) {
    throw new Error(`"provider" is one of ${Object.keys(errorNames).join(", ")}.`);
  }
  const kind = Object.hasOwn(KINDS, fault.kind) ? KINDS[fault.kind] : undefined;
  if (!kind) throw new Error(`"kind" is one of ${Object.keys(KINDS).join(", ")}.`);
  if (!kind.endpoints.includes(fault.endpoint)) {
    throw new Error(`"endpoint" of the kind ${fault.kind} is one of ${kind.endpoints.join(", ")}.`);
  }
  const fields = { ...COMMON_FIELDS, ...kind.fields };
  for (const [name, value] of Object.entries(fault)) {
    if (!Object.hasOwn(fields, name)) throw new Error(`The kind ${fault.kind} has no field "${name}".`);
    if (!fields[name](value)) throw new Error(`The field "${name}" has an invalid value.`);
  }
  for (const name of kind.required ?? []) {
    if (!Object.hasOwn(fault, name)) throw new Error(`The kind ${fault.kind} needs the field "${name}".`);
  }
  const names = errorNames[fault.provider];
  if (fault.kind === "vendor-error" && !names.includes(fault.error)) {
    throw new Error(`"error" of the provider ${fault.provider} is one of ${names.join(", ")}.`);
  }
}

export class Faults {
  #errorNames;
  /** Includes used-up faults until they are cleared, because a hanging response waits for that. */
  #faults = [];

  /** `errorNames` are the names of vendor errors by provider. */
  constructor(errorNames) {
    this.#errorNames = errorNames;
  }

  add(fault) {
    validate(fault, this.#errorNames);
    this.#faults.push({ ...fault, remaining: fault.times ?? Infinity, cleared: new AbortController() });
  }

  /** Removes the faults of one provider, or all. */
  clear(provider) {
    const removed = this.#faults.filter((fault) => !provider || fault.provider === provider);
    this.#faults = this.#faults.filter((fault) => !removed.includes(fault));
    for (const fault of removed) fault.cleared.abort();
  }

  get active() {
    return this.#faults
      .filter((fault) => fault.remaining > 0)
      .map(({ remaining, cleared, times, ...fault }) => (times ? { ...fault, times: remaining } : fault));
  }

  /** Yields the faults of these kinds in the order they were set. Each one counts as used when it is yielded. */
  *take(provider, endpoint, kinds) {
    for (const fault of [...this.#faults]) {
      const matches =
        fault.provider === provider && fault.endpoint === endpoint && kinds.includes(fault.kind);
      if (!matches || fault.remaining <= 0 || fault.cleared.signal.aborted) continue;
      fault.remaining -= 1;
      yield fault;
    }
  }
}
