// Faults of the ID token, signed again with the issuer's own key, so that nothing else is wrong with it.

import { changed } from "./content_faults.mjs";
import { read, write } from "./id_tokens.mjs";

/** `keys` are the issuer's private JWKs; the first is the one that signs. */
export function faultyIdToken(idToken, faults, keys) {
  if (faults.length === 0) return idToken;
  let { header, claims } = read(idToken);
  let spoilt = false;
  for (const fault of faults) {
    if (fault.kind === "claims") claims = changed(claims, fault);
    if (fault.kind === "header") header = changedHeader(header, fault, keys);
    if (fault.kind === "unknown-kid") header = { ...header, kid: "a-key-that-is-not-in-the-key-set" };
    if (fault.kind === "signature") spoilt = true;
  }
  return write({ header, claims }, keys, spoilt);
}

/** With another `alg` comes the `kid` of the issuer's key for it, unless the fault names one. */
function changedHeader(header, fault, keys) {
  const key = keys.find(({ alg }) => alg === fault.set?.alg);
  return changed(key ? { ...header, kid: key.kid } : header, fault);
}
