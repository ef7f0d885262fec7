import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import test from "node:test";

import { authorizedFetch } from "../../src/embed/fetch.js";

/** A server that sends these responses in order, and the requests that it received. */
async function startApi(context, ...responses) {
  const requests = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      requests.push({ token: request.headers.authorization, body });
      const { status = 200, headers = {} } = responses[requests.length - 1] ?? {};
      response.writeHead(status, headers).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { requests, origin };
}

const tokens = () => {
  const rejectedTokens = [];
  return {
    rejectedTokens,
    token: async (refused) => {
      rejectedTokens.push(refused);
      return { token: `token-${rejectedTokens.length}`, person: "ada" };
    },
  };
};

test("sends no token to other origins", async (context) => {
  const { requests, origin } = await startApi(context);
  const { rejectedTokens, token } = tokens();
  await authorizedFetch(origin, {}, { apiOrigins: new Set(["https://api.example.com"]), token });
  assert.deepEqual(requests, [{ token: undefined, body: "" }]);
  assert.deepEqual(rejectedTokens, []);
});

test("replaces a rejected token once, and sends the body again", async (context) => {
  const { requests, origin } = await startApi(context, { status: 401 }, { status: 401 }, {});
  const { rejectedTokens, token } = tokens();
  const response = await authorizedFetch(origin, { method: "POST", body: "a=b" }, { apiOrigins: new Set([origin]), token });
  assert.equal(response.status, 401);
  assert.deepEqual(requests, [
    { token: "Bearer token-1", body: "a=b" },
    { token: "Bearer token-2", body: "a=b" },
  ]);
  assert.deepEqual(rejectedTokens, [undefined, "token-1"]);
});

test("returns the API's response if there is no new token", async (context) => {
  const { requests, origin } = await startApi(context, { status: 401 });
  const token = async (refused) => {
    if (refused) throw new Error("none");
    return { token: "token", person: "ada" };
  };
  const response = await authorizedFetch(origin, {}, { apiOrigins: new Set([origin]), token });
  assert.equal(response.status, 401);
  assert.equal(requests.length, 1);
});

test("never repeats a request for another user", async (context) => {
  const challenge = { "www-authenticate": 'Bearer error="insufficient_user_authentication"' };
  const people = (first) => async (refused) => ({ token: "token", person: first.shift() ?? "bob" });
  for (const headers of [{}, challenge]) {
    const { requests, origin } = await startApi(context, { status: 401, headers }, {});
    const options = { apiOrigins: new Set([origin]), token: people(["ada"]), stepUp: async () => true };
    await assert.rejects(authorizedFetch(origin, { method: "POST", body: "a=b" }, options), { code: "person-changed" });
    assert.equal(requests.length, 1);
  }
});

test("sends a stream once, and rejects if it would have to be sent again", async (context) => {
  const { requests, origin } = await startApi(context, { status: 401 });
  const { token } = tokens();
  const body = new Blob(["streamed"]).stream();
  await assert.rejects(
    authorizedFetch(origin, { method: "POST", body, duplex: "half" }, { apiOrigins: new Set([origin]), token }),
    { code: "body-not-replayable" },
  );
  assert.deepEqual(requests, [{ token: "Bearer token-1", body: "streamed" }]);
});

test("refuses a stream where the browser would send something else", async (context) => {
  const { requests, origin } = await startApi(context, {});
  const { token } = tokens();
  const send = () => {
    const body = new Blob(["streamed"]).stream();
    return authorizedFetch(origin, { method: "POST", body, duplex: "half" }, { apiOrigins: new Set([origin]), token });
  };
  const RealRequest = globalThis.Request;
  context.after(() => (globalThis.Request = RealRequest));
  // Firefox doesn't know streams as bodies, and turns them into text. WebKit throws.
  globalThis.Request = function (input, init) {
    const { body } = init ?? {};
    return body instanceof ReadableStream ? new RealRequest(input, { method: init.method, body: `${body}` }) : new RealRequest(input, init);
  };
  await assert.rejects(send(), { code: "stream-not-supported" });
  globalThis.Request = function () {
    throw new TypeError("ReadableStream uploading is not supported");
  };
  await assert.rejects(send(), { code: "stream-not-supported" });
  assert.equal(requests.length, 0);
  globalThis.Request = RealRequest;
  assert.equal((await send()).status, 200);
});

test("replaces the caller's authorization header", async (context) => {
  const { requests, origin } = await startApi(context);
  const { token } = tokens();
  const headers = { authorization: "Basic eDp5" };
  await authorizedFetch(origin, { headers }, { apiOrigins: new Set([origin]), token });
  assert.equal(requests[0].token, "Bearer token-1");
});

test("steps up once, then repeats the request", async (context) => {
  const challenge = { "www-authenticate": 'Bearer error="insufficient_user_authentication", acr_values="phr"' };
  const { requests, origin } = await startApi(context, { status: 401, headers: challenge }, { status: 401, headers: challenge });
  const { token } = tokens();
  const challenges = [];
  const stepUp = async (challenge) => challenges.push(challenge) > 0;
  const response = await authorizedFetch(origin, {}, { apiOrigins: new Set([origin]), token, stepUp });
  assert.equal(response.status, 401);
  assert.deepEqual(challenges, [{ acrValues: "phr" }]);
  assert.equal(requests.length, 2);
});

test("returns the API's response if the step-up is declined", async (context) => {
  const challenge = { "www-authenticate": 'Bearer error="insufficient_user_authentication"' };
  const { requests, origin } = await startApi(context, { status: 401, headers: challenge });
  const { token } = tokens();
  const response = await authorizedFetch(origin, {}, { apiOrigins: new Set([origin]), token, stepUp: async () => false });
  assert.equal(response.status, 401);
  assert.equal(requests.length, 1);
});
