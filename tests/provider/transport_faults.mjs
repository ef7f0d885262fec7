// Faults of the answer as such: made here instead of by the provider, before it sees the request.

import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { readForm } from "./body.mjs";

const KINDS = ["status", "body", "redirect", "hang", "close", "delay", "large", "slow-body"];

/**
 * Applies the faults that are set on this endpoint. True: the request has its answer (or never gets
 * one); false: it goes on to the provider.
 */
export async function applyTransportFaults(ctx, { faults, provider, endpoint, requests }) {
  // A preflight is the browser's own request: a test means the one that follows.
  if (!endpoint || ctx.method === "OPTIONS") return false;
  for (const fault of faults.take(provider, endpoint, KINDS)) {
    if (fault.kind === "delay" || fault.kind === "hang") {
      await wait(ctx, fault);
      if (!ctx.req.socket.destroyed) continue;
      ctx.respond = false;
      return true;
    }
    if (ctx.method === "POST") requests.noteForm(ctx.req, await readForm(ctx.req));
    ANSWERS[fault.kind](ctx, fault);
    return true;
  }
  return false;
}

/** Until the time is over, the fault is cleared or the client gives up. */
async function wait(ctx, fault) {
  const gone = new AbortController();
  ctx.res.once("close", () => gone.abort());
  const signal = AbortSignal.any([fault.clearing.signal, gone.signal]);
  if (signal.aborted) return;
  if (fault.kind === "hang") await once(signal, "abort");
  else await sleep(fault.ms, undefined, { signal }).catch(() => {});
}

const ANSWERS = {
  status: respond,
  body: respond,
  redirect(ctx, fault) {
    ctx.body = "";
    ctx.status = fault.status ?? 302;
    ctx.set("Location", fault.location);
  },
  close(ctx) {
    ctx.respond = false;
    ctx.req.socket.destroy();
  },
  large(ctx, fault) {
    ctx.type = "application/json";
    ctx.body = Readable.from(padding(fault.bytes));
  },
  "slow-body"(ctx, fault) {
    const body = new PassThrough();
    body.write("{");
    fault.clearing.signal.addEventListener("abort", () => ctx.req.socket.destroy());
    ctx.type = "application/json";
    ctx.body = body;
  },
};

function respond(ctx, { status = 200, body = "", content_type, headers = {} }) {
  ctx.body = body;
  ctx.status = status;
  if (content_type) ctx.type = content_type;
  ctx.set(headers);
}

/** Valid JSON of this many bytes, so that nothing but its size is wrong. */
function* padding(bytes) {
  const chunk = "x".repeat(64 * 1024);
  const frame = ['{"padding":"', '"}'];
  yield frame[0];
  for (let left = bytes - frame.join("").length; left > 0; left -= chunk.length) {
    yield chunk.slice(0, left);
  }
  yield frame[1];
}
