// Generates an issuer's signing keys as private JWKs.

import { createPublicKey, generateKeyPair, randomUUID } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

const GENERATORS = {
  RS256: () => generate("rsa", { modulusLength: 2048 }),
  PS256: () => generate("rsa", { modulusLength: 2048 }),
  ES256: () => generate("ec", { namedCurve: "P-256" }),
  EdDSA: () => generate("ed25519"),
};

/** Generates a private key for a JWS algorithm, with a unique `kid`. */
export async function generateKey(alg) {
  const { privateKey } = await GENERATORS[alg]();
  return { ...privateKey.export({ format: "jwk" }), kid: `${alg}-${randomUUID()}`, alg, use: "sig" };
}

export function generateKeys(algorithms) {
  return Promise.all(algorithms.map(generateKey));
}

/** The public part of a private JWK. */
export function publicKey({ kid, alg, use, ...jwk }) {
  return { ...createPublicKey({ key: jwk, format: "jwk" }).export({ format: "jwk" }), kid, alg, use };
}
