// Faults of the ID token, signed again with the issuer's own key, so that nothing else is wrong with it.
// Made with node:crypto, since a JOSE library rightly refuses to make most of these.

import { constants, createHmac, createPublicKey, sign } from "node:crypto";

import { changed } from "./content_faults.mjs";

const SIGNERS = {
  RS256: ["sha256", { padding: constants.RSA_PKCS1_PADDING }],
  PS256: ["sha256", { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  ES256: ["sha256", { dsaEncoding: "ieee-p1363" }],
  EdDSA: [null, {}],
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));

/** `keys` are the issuer's private JWKs; the first is the one that signs. */
export function faultyIdToken(idToken, faults, keys) {
  if (faults.length === 0) return idToken;
  let [header, claims] = idToken.split(".").slice(0, 2).map(decode);
  let spoilt = false;
  for (const fault of faults) {
    if (fault.kind === "claims") claims = changed(claims, fault);
    if (fault.kind === "header") header = changedHeader(header, fault, keys);
    if (fault.kind === "unknown-kid") header = { ...header, kid: "a-key-that-is-not-in-the-key-set" };
    if (fault.kind === "signature") spoilt = true;
  }
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = signatureOf(input, header.alg, keys);
  if (spoilt) signature[0] ^= 0xff;
  return `${input}.${signature.toString("base64url")}`;
}

/** With another `alg` comes the `kid` of the issuer's key for it, unless the fault names one. */
function changedHeader(header, fault, keys) {
  const key = keys.find(({ alg }) => alg === fault.set?.alg);
  return changed(key ? { ...header, kid: key.kid } : header, fault);
}

function signatureOf(input, alg, keys) {
  if (alg === "none") return Buffer.alloc(0);
  // The classic confusion: the public key's text as the secret of an HMAC.
  if (/^HS(256|384|512)$/.test(alg)) {
    const pem = createPublicKey({ key: keys[0], format: "jwk" }).export({ type: "spki", format: "pem" });
    return createHmac(`sha${alg.slice(2)}`, pem).update(input).digest();
  }
  // An algorithm that the issuer has no key for is only claimed.
  const jwk = keys.find((key) => key.alg === alg) ?? keys[0];
  const [digest, options] = SIGNERS[jwk.alg];
  return sign(digest, Buffer.from(input), { key: jwk, format: "jwk", ...options });
}
