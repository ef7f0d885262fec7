// Signing keys of an issuer as private JWKs. Who signs with them, and when, is decided elsewhere.

import { generateKeyPair, randomUUID } from "node:crypto";
import { promisify } from "node:util";

const generate = promisify(generateKeyPair);

const GENERATORS = {
  RS256: () => generate("rsa", { modulusLength: 2048 }),
  PS256: () => generate("rsa", { modulusLength: 2048 }),
  ES256: () => generate("ec", { namedCurve: "P-256" }),
  EdDSA: () => generate("ed25519"),
};

/** A new private key for one JWS algorithm, with a `kid` that no other key has. */
export async function generateKey(alg) {
  const { privateKey } = await GENERATORS[alg]();
  return { ...privateKey.export({ format: "jwk" }), kid: `${alg}-${randomUUID()}`, alg, use: "sig" };
}

export function generateKeys(algorithms) {
  return Promise.all(algorithms.map(generateKey));
}
