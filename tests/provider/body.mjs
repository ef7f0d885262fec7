// Reads request bodies up to a size limit.

const LIMIT = 256 * 1024;

export async function readText(req) {
  const chunks = [];
  let length = 0;
  for await (const chunk of req) {
    length += chunk.length;
    if (length > LIMIT) throw new Error("The body is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

export async function readForm(req) {
  return Object.fromEntries(new URLSearchParams(await readText(req)));
}
