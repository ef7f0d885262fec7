// `fetch` with the access token: to the origins of the configuration and nowhere else, renewed once
// when it is refused, and with a stronger sign-in where an API asks for one.

import { AuthError } from "./error.js";
import { readChallenges } from "./challenge.js";

/**
 * `apiOrigins`: where the token may go. `token(refused)`: gets one, another than the refused one, and
 * the person that it is of.
 * `stepUp(wanted)`: signs in once more; settles with true when the request may be sent again.
 */
export async function authorizedFetch(input, init, { apiOrigins, token, stepUp }) {
  const request = new Request(input, init);
  if (!apiOrigins.has(new URL(request.url).origin)) return fetch(request);

  // A copy for a second attempt. The stream of somebody else is read once and kept nowhere.
  const spare = isStream(init?.body) ? null : request.clone();
  const again = () => {
    if (spare) return spare;
    throw new AuthError({
      code: "body-not-replayable",
      phase: "session",
      message: "The request has to be sent again, but its body is a stream that is used up.",
    });
  };

  const first = await token();
  // What one person sends is not sent again in the name of another.
  const next = async (refused) => {
    const { token: other, person } = await token(refused);
    if (person === first.person) return other;
    throw new AuthError({
      code: "person-changed",
      phase: "session",
      message: "Somebody else is signed in by now. The request was not sent again.",
    });
  };
  const answer = await send(request, first.token);
  if (answer.status !== 401) return answer;

  const challenges = readChallenges(answer.headers.get("www-authenticate") ?? "");
  const wanted = strongerSignIn(challenges);
  if (wanted) {
    const replay = again();
    return (await stepUp(wanted)) ? send(replay, await next()) : answer;
  }
  const replay = again();
  let second;
  try {
    second = await next(first.token);
  } catch (error) {
    if (error.code === "person-changed") throw error;
    // The answer tells more than that there is no other token.
    return answer;
  }
  return send(replay, second);
}

async function send(request, token) {
  const headers = new Headers(request.headers);
  headers.set("authorization", `Bearer ${token}`);
  // Redirects are not followed: where they lead is not known before they are.
  const answer = await fetch(new Request(request, { headers, redirect: "manual" }));
  if (answer.type === "opaqueredirect" && request.redirect !== "manual") {
    throw new AuthError({
      code: "api-redirected",
      phase: "session",
      message: "The API answered with a redirect, and the access token is not sent after it.",
      details: "Ask for the address that the API redirects to.",
    });
  }
  return answer;
}

const isStream = (body) => typeof ReadableStream !== "undefined" && body instanceof ReadableStream;

/** What a stronger sign-in has to bring (RFC 9470 §3, Entra's claims challenge), or undefined. */
export function strongerSignIn(challenges) {
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
      const decoded = decodedClaims(claims);
      if (decoded) return { claims: decoded };
    }
  }
  return undefined;
}

/** Entra sends the claims as base64url of JSON. */
function decodedClaims(text) {
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const json = new TextDecoder().decode(bytes);
    return typeof JSON.parse(json) === "object" ? json : undefined;
  } catch {
    return undefined;
  }
}
