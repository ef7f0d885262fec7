// Waterfalls of requests as SVG: one panel for each page, all with the same time scale.

import { drawing, escape, LABEL_WIDTH, WIDTH } from "./svg.mjs";

const ROW = 15;
const SCALE_WIDTH = WIDTH - LABEL_WIDTH - 50;
const KINDS = [
  ["site", "from the page's host"],
  ["provider", "from the provider"],
  ["cached", "from the browser's cache"],
];

/** `panels`: `{ title, time, requests }`; `what` happens at `time`. */
export function waterfalls({ title, panels, what }) {
  const last = Math.max(...panels.map(({ time }) => time));
  const x = (time) => LABEL_WIDTH + (Math.min(time, last) / last) * SCALE_WIDTH;
  const parts = KINDS.map(([kind, text], index) => {
    const left = LABEL_WIDTH + index * 180;
    return `<rect class="${kind}" x="${left}" y="6" width="12" height="10"/><text class="small" x="${left + 17}" y="15">${text}</text>`;
  });
  let y = 30;
  for (const { title, time, requests } of panels) {
    const top = y;
    parts.push(`<text class="heading" x="0" y="${y + 14}">${escape(title)}</text>`);
    y += 22;
    for (const request of requests) {
      parts.push(row(request, { x, y, time }));
      y += ROW;
    }
    parts.push(
      `<path class="end" d="M${x(time)} ${top + 4}V${y}"/>`,
      `<text class="small" x="${x(time) - 5}" y="${top + 14}" text-anchor="end">${escape(what)}: ${Math.round(time)} ms</text>`,
      `<path class="grid" d="M0 ${y + 6}H${WIDTH}"/>`,
    );
    y += 14;
  }
  return drawing({ title, height: y, parts });
}

/** A request's name, the time until the response's headers (pale), and until its end. */
function row({ method, name, start, response, end, isCached, isFromProvider }, { x, y, time }) {
  const kind = isCached ? "cached" : isFromProvider ? "provider" : "site";
  const until = Math.min(end ?? time, time);
  const rect = (from, to, classes) =>
    `<rect class="${classes}" x="${x(from)}" y="${y + 2}" width="${Math.max(x(to) - x(from), 1)}" height="${ROW - 4}"/>`;
  const text = method === "GET" ? name : `${method} ${name}`;
  return [
    `<text class="small" x="${LABEL_WIDTH - 10}" y="${y + 11}" text-anchor="end">${escape(abridge(text))}</text>`,
    rect(start, Math.min(response, until), `${kind} waiting`),
    rect(Math.min(response, until), until, kind),
  ].join("");
}

/** Names without their hash, and not too long for the column. */
function abridge(name) {
  const plain = name.replace(/-(?:[0-9a-f]{12,}|[0-9A-Z]{8})(?=[._])/, "");
  return plain.length > 38 ? `${plain.slice(0, 37)}…` : plain;
}
