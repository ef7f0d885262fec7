// Reading ID tokens and signing them again. Made with node:crypto, since a JOSE library rightly refuses to
// make most of what the faults ask for.

import { constants, createHmac, createPublicKey, sign } from "node:crypto";

const SIGNERS = {
  RS256: ["sha256", { padding: constants.RSA_PKCS1_PADDING }],
  PS256: ["sha256", { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }],
  ES256: ["sha256", { dsaEncoding: "ieee-p1363" }],
  EdDSA: [null, {}],
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const decode = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));

/** The header and the claims, unverified. */
export function read(idToken) {
  const [header, claims] = idToken.split(".").slice(0, 2).map(decode);
  return { header, claims };
}

/** `keys` are private JWKs: the one that the header names signs. `spoilt` breaks the signature. */
export function write({ header, claims }, keys, spoilt = false) {
  const input = `${encode(header)}.${encode(claims)}`;
  const signature = signatureOf(input, header, keys);
  if (spoilt) signature[0] ^= 0xff;
  return `${input}.${signature.toString("base64url")}`;
}

function signatureOf(input, { alg, kid }, keys) {
  if (alg === "none") return Buffer.alloc(0);
  // The classic confusion: the public key's text as the secret of an HMAC.
  if (/^HS(256|384|512)$/.test(alg)) {
    const pem = createPublicKey({ key: keys[0], format: "jwk" }).export({ type: "spki", format: "pem" });
    return createHmac(`sha${alg.slice(2)}`, pem).update(input).digest();
  }
  // An algorithm that the issuer has no key for is only claimed.
  const fitting = keys.filter((key) => key.alg === alg);
  const jwk = fitting.find((key) => key.kid === kid) ?? fitting[0] ?? keys[0];
  const [digest, options] = SIGNERS[jwk.alg];
  return sign(digest, Buffer.from(input), { key: jwk, format: "jwk", ...options });
}
