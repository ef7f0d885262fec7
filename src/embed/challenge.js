// Reads `WWW-Authenticate` (RFC 9110 §11.6.1): a list of challenges, in which commas separate both the
// challenges and their parameters.

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const SCHEME = new RegExp(`^(${TOKEN})(?:[ \\t]+|(?=,|$))`);
const PARAMETER = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))[ \\t]*(?=,|$)`);
const TOKEN68 = /^[-._~+/0-9A-Za-z]+=*[ \t]*(?=,|$)/;

/** Returns `[{ scheme, parameters }]`, with names in lower case. Anything malformed ends the list. */
export function readChallenges(header) {
  const challenges = [];
  let rest = header;
  const consume = (pattern) => {
    const match = pattern.exec(rest);
    if (match) rest = rest.slice(match[0].length);
    return match;
  };
  for (;;) {
    consume(/^[ \t,]+/);
    if (!rest) return challenges;
    const parameter = challenges.length > 0 && consume(PARAMETER);
    if (parameter) {
      const [, name, quoted, unquoted] = parameter;
      const { parameters } = challenges.at(-1);
      // If a parameter is repeated, the first one counts.
      parameters[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, "$1") ?? unquoted;
      continue;
    }
    const scheme = consume(SCHEME);
    if (!scheme) return challenges;
    challenges.push({ scheme: scheme[1].toLowerCase(), parameters: Object.create(null) });
    if (!PARAMETER.test(rest)) consume(TOKEN68);
  }
}
