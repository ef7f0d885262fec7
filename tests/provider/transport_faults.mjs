// Faults of the transport: the response is made here, before the provider sees the request.

import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { createGzip } from "node:zlib";

import { readForm } from "./body.mjs";

const KINDS = ["status", "body", "redirect", "hang", "close", "delay", "large", "slow-body"];

/**
 * Applies the faults of this endpoint. Returns true if the request has its response (or never gets one), and false if
 * the provider should handle it.
 */
export async function applyTransportFaults(ctx, { faults, provider, endpoint, requests }) {
  // Tests mean the actual request, not the browser's preflight.
  if (!endpoint || ctx.method === "OPTIONS") return false;
  for (const fault of faults.take(provider, endpoint, KINDS)) {
    if (fault.kind === "delay" || fault.kind === "hang") {
      await wait(ctx, fault);
      if (!ctx.req.socket.destroyed) continue;
      ctx.respond = false;
      return true;
    }
    if (ctx.method === "POST") requests.setForm(ctx.req, await readForm(ctx.req));
    RESPONSES[fault.kind](ctx, fault);
    return true;
  }
  return false;
}

/** Waits until the delay is over, the fault is cleared or the client disconnects. */
async function wait(ctx, fault) {
  const disconnected = new AbortController();
  ctx.res.once("close", () => disconnected.abort());
  const signal = AbortSignal.any([fault.cleared.signal, disconnected.signal]);
  if (signal.aborted) return;
  if (fault.kind === "hang") await once(signal, "abort");
  else await sleep(fault.ms, undefined, { signal }).catch(() => {});
}

const RESPONSES = {
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
    if (fault.encoding) {
      ctx.set("Content-Encoding", fault.encoding);
      ctx.body = ctx.body.pipe(createGzip());
    }
  },
  "slow-body"(ctx, fault) {
    const body = new PassThrough();
    body.write("{");
    fault.cleared.signal.addEventListener("abort", () => ctx.req.socket.destroy());
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

/** Yields valid JSON of this many bytes. Only its size is wrong. */
function* padding(bytes) {
  const chunk = "x".repeat(64 * 1024);
  const wrapper = ['{"padding":"', '"}'];
  yield wrapper[0];
  for (let remaining = bytes - wrapper.join("").length; remaining > 0; remaining -= chunk.length) {
    yield chunk.slice(0, remaining);
  }
  yield wrapper[1];
}
