// Which faults there are and which are set. What they do is in transport_faults, content_faults, id_token_faults
// and answers.

const HTTP = ["discovery", "jwks", "token", "userinfo", "revocation", "authorization", "end_session"];
const JSON_ENDPOINTS = ["discovery", "jwks", "token", "userinfo"];
const REDIRECTING = ["authorization", "end_session"];
const ID_TOKEN = ["id_token"];

const isText = (value) => typeof value === "string";
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isStatus = (value) => Number.isInteger(value) && value >= 200 && value <= 599;
const isCount = (value) => Number.isInteger(value) && value > 0;
const isTexts = (value) => Array.isArray(value) && value.every(isText);
const isBody = (value) => isText(value) || isObject(value);

const answer = { status: isStatus, body: isBody, content_type: isText, headers: isObject };
const change = { set: isObject, remove: isTexts };

/** By kind: the endpoints it can be set on, the fields it takes, and those it cannot do without. */
const KINDS = {
  status: { endpoints: HTTP, fields: answer, required: ["status"] },
  body: { endpoints: HTTP, fields: answer, required: ["body"] },
  redirect: { endpoints: HTTP, fields: { location: isText, status: isStatus }, required: ["location"] },
  hang: { endpoints: HTTP, fields: {} },
  close: { endpoints: HTTP, fields: {} },
  delay: { endpoints: HTTP, fields: { ms: isCount }, required: ["ms"] },
  large: { endpoints: HTTP, fields: { bytes: isCount }, required: ["bytes"] },
  "slow-body": { endpoints: HTTP, fields: {} },
  "no-cors": { endpoints: HTTP, fields: {} },
  answer: { endpoints: HTTP, fields: { says: isText }, required: ["says"] },
  json: { endpoints: JSON_ENDPOINTS, fields: change },
  response: { endpoints: REDIRECTING, fields: change },
  claims: { endpoints: ID_TOKEN, fields: change },
  header: { endpoints: ID_TOKEN, fields: change },
  signature: { endpoints: ID_TOKEN, fields: {} },
  "unknown-kid": { endpoints: ID_TOKEN, fields: {} },
};

const COMMON = { provider: isText, endpoint: isText, kind: isText, times: isCount };

/** Throws a sentence when a fault is not one that this server can make. */
function check(fault, answers) {
  if (!isObject(fault)) throw new Error("A fault is a JSON object.");
  if (!Object.hasOwn(answers, fault.provider)) {
    throw new Error(`"provider" is one of ${Object.keys(answers).join(", ")}.`);
  }
  const kind = Object.hasOwn(KINDS, fault.kind) ? KINDS[fault.kind] : undefined;
  if (!kind) throw new Error(`"kind" is one of ${Object.keys(KINDS).join(", ")}.`);
  if (!kind.endpoints.includes(fault.endpoint)) {
    throw new Error(`"endpoint" of the kind ${fault.kind} is one of ${kind.endpoints.join(", ")}.`);
  }
  const fields = { ...COMMON, ...kind.fields };
  for (const [name, value] of Object.entries(fault)) {
    if (!Object.hasOwn(fields, name)) throw new Error(`The kind ${fault.kind} has no field "${name}".`);
    if (!fields[name](value)) throw new Error(`The field "${name}" has a value that does not fit.`);
  }
  for (const name of kind.required ?? []) {
    if (!Object.hasOwn(fault, name)) throw new Error(`The kind ${fault.kind} needs the field "${name}".`);
  }
  const names = answers[fault.provider];
  if (fault.kind === "answer" && !names.includes(fault.says)) {
    throw new Error(`"says" of the provider ${fault.provider} is one of ${names.join(", ")}.`);
  }
}

export class Faults {
  #answers;
  /** Spent faults stay until they are cleared, since a hanging answer waits for that. */
  #set = [];

  /** By provider: the names of the refusals that it knows. */
  constructor(answers) {
    this.#answers = answers;
  }

  add(fault) {
    check(fault, this.#answers);
    this.#set.push({ ...fault, left: fault.times ?? Infinity, clearing: new AbortController() });
  }

  /** Takes back the faults of one provider, or all. */
  clear(provider) {
    const cleared = this.#set.filter((fault) => !provider || fault.provider === provider);
    this.#set = this.#set.filter((fault) => !cleared.includes(fault));
    for (const fault of cleared) fault.clearing.abort();
  }

  get active() {
    return this.#set
      .filter((fault) => fault.left > 0)
      .map(({ left, clearing, times, ...fault }) => (times ? { ...fault, times: left } : fault));
  }

  /** Yields the faults of these kinds in the order they were set; each counts as used when it is yielded. */
  *take(provider, endpoint, kinds) {
    for (const fault of [...this.#set]) {
      const matches =
        fault.provider === provider && fault.endpoint === endpoint && kinds.includes(fault.kind);
      if (!matches || fault.left <= 0 || fault.clearing.signal.aborted) continue;
      fault.left -= 1;
      yield fault;
    }
  }
}
