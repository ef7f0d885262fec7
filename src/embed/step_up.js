// Which challenges of APIs were answered by leaving the page. An API that is never content would otherwise send people
// to the provider and back without end, if the page asks for its data when it is loaded.

/** In session storage: `{ [challenge]: { request, at, isMet } }`. */
const STORAGE_KEY = "vestibule.step_up";
/** Milliseconds for which a challenge that was met isn't answered again: two APIs may ask for opposites. */
const INTERVAL = 30_000;
/** Milliseconds after which a challenge that was never met may be answered again. */
const LIFETIME = 3_600_000;

const read = () => {
  try {
    const records = JSON.parse(sessionStorage.getItem(STORAGE_KEY));
    return records && typeof records === "object" ? records : {};
  } catch {
    // Storage is blocked, or holds something else.
    return {};
  }
};

/** Writes the records that still count. */
const write = (records) => {
  const current = Object.entries(records).filter(([, { at }]) => Date.now() - at < LIFETIME);
  try {
    if (current.length > 0) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(current)));
    else sessionStorage.removeItem(STORAGE_KEY);
  } catch {
    // A sign-in by redirect fails for the same reason, and says so.
  }
};

/** What identifies a request here: its method and its address without the query. */
export const requestKey = ({ method, url }) => `${method} ${url.split(/[?#]/)[0]}`;

/**
 * Whether to leave the page for an API's challenge to this request. If so, it's recorded.
 *
 * Whatever comes of it, a challenge is answered once, until the API accepts the request. People who click may try again:
 * they notice when they are going in circles.
 */
export function mayLeaveFor(requirements, request) {
  const { origin } = new URL(request.split(" ")[1]);
  const challenge = `${origin} ${JSON.stringify(requirements)}`;
  const records = read();
  const record = records[challenge];
  const age = record ? Date.now() - record.at : Infinity;
  const isOver = age >= (record?.isMet ? INTERVAL : LIFETIME);
  if (!isOver && !globalThis.navigator?.userActivation?.isActive) return false;
  write({ ...records, [challenge]: { request, at: Date.now(), isMet: false } });
  return true;
}

/** Records that an API has accepted a request. */
export function recordMet(request) {
  const records = read();
  const met = Object.entries(records).filter(([, record]) => record.request === request && !record.isMet);
  if (met.length === 0) return;
  for (const [, record] of met) record.isMet = true;
  write(records);
}
