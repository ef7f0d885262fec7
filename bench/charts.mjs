// Bar charts as SVG, for light and dark backgrounds.

import { drawing, escape, FONT_SIZE, LABEL_WIDTH, ROW, WIDTH } from "./svg.mjs";

const VALUE_WIDTH = 90;
const BAR_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH;

/** `groups`: `{ title, rows: [{ label, isOurs, value, interval }] }`, each group with its own scale. */
export function barChart({ title, groups, unit }) {
  const parts = [];
  let y = 0;
  for (const group of groups) {
    y += ROW;
    parts.push(heading(group.title, y));
    const largest = Math.max(...group.rows.map(({ interval }) => interval[1]));
    const x = (value) => LABEL_WIDTH + (value / largest) * BAR_WIDTH;
    for (const { label, isOurs, value, interval } of group.rows) {
      y += ROW;
      const middle = y - ROW / 2;
      parts.push(
        rowLabel(label, y),
        bar({ from: LABEL_WIDTH, to: x(value), y, kind: isOurs ? "ours" : "theirs" }),
        `<path class="interval" d="M${x(interval[0])} ${middle}H${x(interval[1])}"/>`,
        rowValue(`${Math.round(value)} ${unit}`, y),
      );
    }
    y += ROW / 2;
  }
  return drawing({ title, height: y, parts });
}

/** `rows`: `{ label, values: { part: value } }`; `format` writes a sum. */
export function stackedChart({ title, parts: names, rows, format }) {
  const sum = (values) => names.reduce((total, name) => total + values[name], 0);
  const largest = Math.max(...rows.map(({ values }) => sum(values)));
  const parts = names.map((name, index) => legend(name, index));
  let y = ROW;
  for (const { label, values } of rows) {
    y += ROW;
    parts.push(rowLabel(label, y), rowValue(format(sum(values)), y));
    let from = LABEL_WIDTH;
    for (const [index, name] of names.entries()) {
      const to = from + (values[name] / largest) * BAR_WIDTH;
      parts.push(bar({ from, to, y, kind: `part${index}` }));
      from = to;
    }
  }
  return drawing({ title, height: y + ROW / 2, parts });
}

function legend(name, index) {
  const x = LABEL_WIDTH + index * 70;
  return `${bar({ from: x, to: x + 12, y: ROW, kind: `part${index}` })}<text x="${x + 18}" y="${ROW - 7}">${escape(name)}</text>`;
}

const heading = (text, y) => `<text class="heading" x="0" y="${y - 7}">${escape(text)}</text>`;
const rowLabel = (text, y) => `<text x="${LABEL_WIDTH - 10}" y="${y - 7}" text-anchor="end">${escape(text)}</text>`;
const rowValue = (text, y) => `<text x="${WIDTH}" y="${y - 7}" text-anchor="end">${escape(text)}</text>`;
const bar = ({ from, to, y, kind }) =>
  `<rect class="${kind}" x="${from}" y="${y - ROW + 4}" width="${Math.max(to - from, 0)}" height="${FONT_SIZE + 3}"/>`;
