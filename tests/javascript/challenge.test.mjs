import assert from "node:assert/strict";
import test from "node:test";

import { readChallenges } from "../../src/embed/challenge.js";
import { stepUpRequirements } from "../../src/embed/fetch.js";

const read = (header) =>
  readChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(Object.entries(parameters))]);

test("separates challenges and parameters", () => {
  for (const [header, expected] of [
    ["", []],
    ["Bearer", [["bearer", {}]]],
    ['Bearer realm="x"', [["bearer", { realm: "x" }]]],
    ['BEARER Realm = "a, b=c" , Error=invalid_token', [["bearer", { realm: "a, b=c", error: "invalid_token" }]]],
    ['Basic realm="a\\"b", Bearer error="x"', [["basic", { realm: 'a"b' }], ["bearer", { error: "x" }]]],
    ["Negotiate YWJj==, Bearer error=x", [["negotiate", {}], ["bearer", { error: "x" }]]],
    ["Negotiate, Bearer", [["negotiate", {}], ["bearer", {}]]],
    [", ,Bearer error=x,", [["bearer", { error: "x" }]]],
    ["Bearer error=first, error=second", [["bearer", { error: "first" }]]],
  ]) {
    assert.deepEqual(read(header), expected, header);
  }
});

test("malformed headers end the list without an exception", () => {
  for (const header of ['Bearer realm="open', "=", '"', "Bearer error=\u0000", "a b c d", `Bearer ${"a=b,".repeat(5000)}`]) {
    assert.ok(Array.isArray(readChallenges(header)), header);
  }
  assert.equal(Object.getPrototypeOf(readChallenges("Bearer __proto__=x")[0].parameters), null);
});

const stepUpOf = (header) => stepUpRequirements(readChallenges(header));

test("recognizes step-up challenges of RFC 9470 and of Entra", () => {
  assert.deepEqual(
    stepUpOf('Bearer error="insufficient_user_authentication", acr_values="phr mfa", max_age="300"'),
    { acrValues: "phr mfa", maxAge: 300 },
  );
  assert.deepEqual(stepUpOf('DPoP error="insufficient_user_authentication"'), {});
  assert.deepEqual(stepUpOf('Bearer error="insufficient_user_authentication", max_age="-1"'), {});
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
  const encoded = Buffer.from(claims).toString("base64");
  assert.deepEqual(stepUpOf(`Bearer realm="", error="insufficient_claims", claims="${encoded}"`), { claims });
});

test("ignores all other challenges", () => {
  for (const header of [
    'Bearer error="invalid_token"',
    'Basic error="insufficient_user_authentication"',
    'Bearer error="insufficient_claims"',
    'Bearer error="insufficient_claims", claims="%%%"',
    'Bearer error="insufficient_claims", claims="bm90IGpzb24="',
    'Bearer realm="error=insufficient_user_authentication"',
  ]) {
    assert.equal(stepUpOf(header), undefined, header);
  }
});
