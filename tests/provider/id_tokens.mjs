// Decoding ID tokens and signing them again. Uses node:crypto, because JOSE libraries rightly refuse to make most of
// the faulty tokens.

import { constants, createHmac, createPublicKey, sign } from "node:crypto";

const SIGNERS = {
  RS256: ["sha256", { padding: constants.RSA_PKCS1_PADDING }],
  PS256: ["sha256", { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  ES256: ["sha256", { dsaEncoding: "ieee-p1363" }],
  EdDSA: [null, {}],
};

const encodePart = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decodePart = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));

/** Returns the header and the claims, unverified. */
export function decodeIdToken(idToken) {
  const [header, claims] = idToken.split(".").slice(0, 2).map(decodePart);
  return { header, claims };
}

/** Signs with the private JWK in `keys` that the header names. `corrupt` makes the signature invalid. */
export function signIdToken({ header, claims }, keys, corrupt = false) {
  const input = `${encodePart(header)}.${encodePart(claims)}`;
  const signature = signatureOf(input, header, keys);
  if (corrupt) signature[0] ^= 0xff;
  return `${input}.${signature.toString("base64url")}`;
}

function signatureOf(input, { alg, kid }, keys) {
  if (alg === "none") return Buffer.alloc(0);
  // Algorithm confusion: the public key's PEM as the secret of an HMAC.
  if (/^HS(256|384|512)$/.test(alg)) {
    const pem = createPublicKey({ key: keys[0], format: "jwk" }).export({ type: "spki", format: "pem" });
    return createHmac(`sha${alg.slice(2)}`, pem).update(input).digest();
  }
  // Without a key for the algorithm, another key signs and the header just names the algorithm.
  const candidates = keys.filter((key) => key.alg === alg);
  const jwk = candidates.find((key) => key.kid === kid) ?? candidates[0] ?? keys[0];
  const [digest, options] = SIGNERS[jwk.alg];
  return sign(digest, Buffer.from(input), { key: jwk, format: "jwk", ...options });
}
