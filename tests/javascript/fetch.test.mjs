import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import test from "node:test";

import { authorizedFetch } from "../../src/embed/fetch.js";

/** A server that answers each request by the next of these, and what it was asked. */
async function api(context, ...answers) {
  const asked = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      asked.push({ token: request.headers.authorization, body });
      const { status = 200, headers = {} } = answers[asked.length - 1] ?? {};
      response.writeHead(status, headers).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => server.close());
  const origin = `http://127.0.0.1:${server.address().port}`;
  return { asked, origin };
}

const tokens = () => {
  const given = [];
  return {
    given,
    token: async (refused) => {
      given.push(refused);
      return { token: `token-${given.length}`, person: "ada" };
    },
  };
};

test("other origins get no token", async (context) => {
  const { asked, origin } = await api(context);
  const { given, token } = tokens();
  await authorizedFetch(origin, {}, { apiOrigins: new Set(["https://api.example.com"]), token });
  assert.deepEqual(asked, [{ token: undefined, body: "" }]);
  assert.deepEqual(given, []);
});

test("a refused token is replaced once, and the body sent again", async (context) => {
  const { asked, origin } = await api(context, { status: 401 }, { status: 401 }, {});
  const { given, token } = tokens();
  const answer = await authorizedFetch(origin, { method: "POST", body: "a=b" }, { apiOrigins: new Set([origin]), token });
  assert.equal(answer.status, 401);
  assert.deepEqual(asked, [
    { token: "Bearer token-1", body: "a=b" },
    { token: "Bearer token-2", body: "a=b" },
  ]);
  assert.deepEqual(given, [undefined, "token-1"]);
});

test("without another token the answer of the API is handed out", async (context) => {
  const { asked, origin } = await api(context, { status: 401 });
  const token = async (refused) => {
    if (refused) throw new Error("none");
    return { token: "token", person: "ada" };
  };
  const answer = await authorizedFetch(origin, {}, { apiOrigins: new Set([origin]), token });
  assert.equal(answer.status, 401);
  assert.equal(asked.length, 1);
});

test("what one person sends is not sent again in the name of another", async (context) => {
  const challenge = { "www-authenticate": 'Bearer error="insufficient_user_authentication"' };
  const people = (first) => async (refused) => ({ token: "token", person: first.shift() ?? "bob" });
  for (const headers of [{}, challenge]) {
    const { asked, origin } = await api(context, { status: 401, headers }, {});
    const options = { apiOrigins: new Set([origin]), token: people(["ada"]), stepUp: async () => true };
    await assert.rejects(authorizedFetch(origin, { method: "POST", body: "a=b" }, options), { code: "person-changed" });
    assert.equal(asked.length, 1);
  }
});

test("a stream is sent once, and a needed second time refused", async (context) => {
  const { asked, origin } = await api(context, { status: 401 });
  const { token } = tokens();
  const body = new Blob(["streamed"]).stream();
  await assert.rejects(
    authorizedFetch(origin, { method: "POST", body, duplex: "half" }, { apiOrigins: new Set([origin]), token }),
    { code: "body-not-replayable" },
  );
  assert.deepEqual(asked, [{ token: "Bearer token-1", body: "streamed" }]);
});

test("a header of the caller's own never stands in for the token", async (context) => {
  const { asked, origin } = await api(context);
  const { token } = tokens();
  const headers = { authorization: "Basic eDp5" };
  await authorizedFetch(origin, { headers }, { apiOrigins: new Set([origin]), token });
  assert.equal(asked[0].token, "Bearer token-1");
});

test("a stronger sign-in is asked for once, and then the request sent again", async (context) => {
  const challenge = { "www-authenticate": 'Bearer error="insufficient_user_authentication", acr_values="phr"' };
  const { asked, origin } = await api(context, { status: 401, headers: challenge }, { status: 401, headers: challenge });
  const { token } = tokens();
  const wanted = [];
  const stepUp = async (what) => wanted.push(what) > 0;
  const answer = await authorizedFetch(origin, {}, { apiOrigins: new Set([origin]), token, stepUp });
  assert.equal(answer.status, 401);
  assert.deepEqual(wanted, [{ acrValues: "phr" }]);
  assert.equal(asked.length, 2);
});

test("a stronger sign-in that nobody wants leaves the answer of the API", async (context) => {
  const challenge = { "www-authenticate": 'Bearer error="insufficient_user_authentication"' };
  const { asked, origin } = await api(context, { status: 401, headers: challenge });
  const { token } = tokens();
  const answer = await authorizedFetch(origin, {}, { apiOrigins: new Set([origin]), token, stepUp: async () => false });
  assert.equal(answer.status, 401);
  assert.equal(asked.length, 1);
});
