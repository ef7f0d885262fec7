// What all drawings share: size, colours, and the SVG around their parts.

export const WIDTH = 860;
export const LABEL_WIDTH = 260;
export const ROW = 22;
export const FONT_SIZE = 13;

const STYLE = `
  text { font: ${FONT_SIZE}px system-ui, sans-serif; fill: #1f2328; }
  .heading { font-weight: 600; }
  .small { font-size: 11px; fill: #59636e; }
  .ours, .part2, .provider { fill: #2450b2; }
  .theirs, .part1 { fill: #8c9bb5; }
  .part0 { fill: #c98a1b; } .part3 { fill: #2d8a5f; } .part4 { fill: #b8b8b8; }
  .site { fill: #2d8a5f; } .cached { fill: #b8b8b8; } .waiting { opacity: 0.4; }
  .interval { stroke: #1f2328; stroke-width: 2; fill: none; }
  .end { stroke: #c0392b; stroke-width: 2; fill: none; } .grid { stroke: #d1d9e0; fill: none; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; } .small { fill: #9198a1; }
    .ours, .part2, .provider { fill: #6c9bff; } .theirs, .part1 { fill: #6b7a94; }
    .cached, .part4 { fill: #666; } .interval { stroke: #f0f6fc; } .grid { stroke: #3d444d; } .end { stroke: #ff7b6b; }
  }
`;

export function drawing({ title, height, parts }) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">
<title>${escape(title)}</title>
<style>${STYLE}</style>
${parts.map(shorten).join("\n")}
</svg>
`;
}

export function escape(text) {
  return text.replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** A tenth of a pixel is precise enough. */
const shorten = (part) => part.replace(/\d+\.\d{2,}/g, (number) => String(Math.round(number * 10) / 10));
