// The control interface for tests. Pages in a browser can't use it.

import { readText } from "./body.mjs";

export const CONTROL_PATH = "/control/";

class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

export async function handleControl(req, res, shared) {
  try {
    rejectBrowsers(req);
    const url = new URL(req.url, "http://localhost");
    const action = ACTIONS[`${req.method} ${url.pathname.slice(CONTROL_PATH.length)}`];
    if (!action) throw new HttpError(404, `The actions are: ${Object.keys(ACTIONS).join(", ")}.`);
    sendJson(res, 200, await action({ ...shared, url, body: await readBody(req) }));
  } catch (error) {
    sendJson(res, error.status ?? 400, { error: error.message });
  }
}

/** Browsers send at least one of these headers, the tests' HTTP clients none. */
function rejectBrowsers({ headers }) {
  if (headers.origin !== undefined || headers["sec-fetch-site"] !== undefined) {
    throw new HttpError(403, "The control interface rejects requests from browsers.");
  }
}

async function readBody(req) {
  const text = await readText(req);
  try {
    return text ? JSON.parse(text) : {};
  } catch {
    throw new HttpError(400, "The body is not JSON.");
  }
}

const ACTIONS = {
  "POST pages": ({ pages, body }) => {
    pages.add(body.url);
    return { pages: pages.urls };
  },
  "POST faults": ({ faults, body }) => {
    faults.add(body);
    return { faults: faults.active };
  },
  "GET faults": ({ faults }) => ({ faults: faults.active }),
  "DELETE faults": ({ faults, url }) => {
    faults.clear(url.searchParams.get("provider"));
    return { faults: faults.active };
  },
  "GET requests": ({ requests }) => ({ requests: requests.entries }),
  "DELETE requests": ({ requests }) => {
    requests.clear();
    return { requests: [] };
  },
  "DELETE sessions": async ({ issuers }) => {
    await Promise.all(issuers.map((issuer) => issuer.forgetSessions()));
    return {};
  },
  "POST rotate-keys": async ({ issuers, body }) => ({ kid: await issuerOf(issuers, body.provider).rotateKeys() }),
  "POST lifetimes": ({ issuers, body: { provider, ...values } }) => {
    const { lifetimes } = issuerOf(issuers, provider);
    lifetimes.set(values);
    return { lifetimes: lifetimes.current };
  },
  "DELETE lifetimes": ({ issuers }) => {
    for (const { lifetimes } of issuers) lifetimes.reset();
    return {};
  },
};

function issuerOf(issuers, id) {
  const issuer = issuers.find(({ definition }) => definition.id === id);
  if (!issuer) throw new HttpError(400, `There is no provider "${id}".`);
  return issuer;
}

function sendJson(res, status, content) {
  res.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  res.end(`${JSON.stringify(content)}\n`);
}
