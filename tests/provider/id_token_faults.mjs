// Faults in the ID token. It is signed again with the issuer's key, so nothing else is wrong with it.

import { applyChange } from "./content_faults.mjs";
import { decodeIdToken, signIdToken } from "./id_tokens.mjs";

/** `keys` are the issuer's private JWKs, the signing key first. */
export function applyIdTokenFaults(idToken, faults, keys) {
  if (faults.length === 0) return idToken;
  let { header, claims } = decodeIdToken(idToken);
  let corrupt = false;
  for (const fault of faults) {
    if (fault.kind === "claims") claims = applyChange(claims, fault);
    if (fault.kind === "header") header = changeHeader(header, fault, keys);
    if (fault.kind === "unknown-kid") header = { ...header, kid: "a-key-that-is-not-in-the-key-set" };
    if (fault.kind === "signature") corrupt = true;
  }
  return signIdToken({ header, claims }, keys, corrupt);
}

/** Another `alg` also changes the `kid` to that of the issuer's key for it, unless the fault names one. */
function changeHeader(header, fault, keys) {
  const key = keys.find(({ alg }) => alg === fault.set?.alg);
  return applyChange(key ? { ...header, kid: key.kid } : header, fault);
}
