// `fetch` with the access token: sent only to the configured origins, renewed once if an API rejects it, and
// with a stronger sign-in if an API requires one (RFC 9470).

import { AuthError } from "./error.js";
import { readChallenges } from "./challenge.js";
import { requestKey } from "./step_up.js";

/**
 * @param input As for `fetch`.
 * @param init As for `fetch`.
 * @param auth.apiOrigins A set of the origins that the token may be sent to.
 * @param auth.token Resolves with `{ token, person }`, where `person` identifies the token's user. Its argument
 *   is a token that an API has rejected: resolves with another one.
 * @param auth.stepUp Signs in again with the given requirements, for a request with this key. Resolves with true if the
 *   request can be repeated.
 * @param auth.accepted Called with the key of a request that an API has accepted.
 */
export async function authorizedFetch(input, init, { apiOrigins, token, stepUp, accepted = () => {} }) {
  if (isStream(init?.body) && !sendsStreams()) {
    throw new AuthError({
      code: "stream-not-supported",
      phase: "session",
      message: "This browser can't send a stream.",
      details: "Send a string, form, blob or buffer.",
    });
  }
  const request = new Request(input, init);
  if (!apiOrigins.has(new URL(request.url).origin)) return fetch(request);

  // A copy in case the request has to be repeated. A stream isn't copied: that would buffer all of it.
  const copy = isStream(init?.body) ? null : request.clone();
  const repeatable = () => {
    if (copy) return copy;
    throw new AuthError({
      code: "body-not-replayable",
      phase: "session",
      message: "The request has to be sent again, but its body is a stream that is used up.",
    });
  };

  const first = await token();
  // A request of one user is never repeated with the token of another.
  const nextToken = async (rejected) => {
    const next = await token(rejected);
    if (next.person === first.person) return next.token;
    throw new AuthError({
      code: "person-changed",
      phase: "session",
      message: "Somebody else is signed in by now. The request was not sent again.",
    });
  };
  const response = await send(request, first.token);
  if (response.status !== 401) {
    accepted(requestKey(request));
    return response;
  }

  const challenges = readChallenges(response.headers.get("www-authenticate") ?? "");
  const requirements = stepUpRequirements(challenges);
  const repetition = repeatable();
  if (requirements) {
    return (await stepUp(requirements, requestKey(request))) ? send(repetition, await nextToken()) : response;
  }
  let renewed;
  try {
    renewed = await nextToken(first.token);
  } catch (error) {
    if (error.code === "person-changed") throw error;
    // The API's response says more than that there is no other token.
    return response;
  }
  return send(repetition, renewed);
}

async function send(request, token) {
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${token}`);
  // A redirect isn't followed, because it could lead to an origin that mustn't get the token.
  const response = await fetch(new Request(request, { headers, redirect: "manual" }));
  if (response.type === "opaqueredirect" && request.redirect !== "manual") {
    throw new AuthError({
      code: "api-redirected",
      phase: "session",
      message: "The API answered with a redirect, and the access token is not sent after it.",
      details: "Ask for the address that the API redirects to.",
    });
  }
  return response;
}

/** Whether this browser sends a stream as it is: Firefox sends its name as text, WebKit throws. */
function sendsStreams() {
  let isRead = false;
  try {
    const request = new Request("https://example.com/", {
      method: "POST",
      body: new ReadableStream(),
      // Only browsers that know streams read it.
      get duplex() {
        isRead = true;
        return "half";
      },
    });
    // The type of a text, into which the stream was turned.
    return isRead && !request.headers.has("content-type");
  } catch {
    return false;
  }
}

const isStream = (body) => typeof ReadableStream !== "undefined" && body instanceof ReadableStream;

/** What an API requires of a stronger sign-in (RFC 9470 §3, Entra's claims challenge), or undefined. */
export function stepUpRequirements(challenges) {
  for (const { scheme, parameters } of challenges) {
    if (scheme !== "bearer" && scheme !== "dpop") continue;
    const { error, acr_values: acrValues, max_age: maxAge, claims } = parameters;
    if (error === "insufficient_user_authentication") {
      return {
        ...(acrValues && { acrValues }),
        ...(/^\d{1,9}$/.test(maxAge ?? "") && { maxAge: Number(maxAge) }),
      };
    }
    if (error === "insufficient_claims" && claims) {
      const json = decodeClaims(claims);
      if (json) return { claims: json };
    }
  }
  return undefined;
}

/** Decodes Entra's claims, which are base64url of JSON. */
function decodeClaims(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const json = new TextDecoder().decode(bytes);
    return typeof JSON.parse(json) === "object" ? json : undefined;
  } catch {
    return undefined;
  }
}
