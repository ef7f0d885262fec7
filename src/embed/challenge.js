// Reads `WWW-Authenticate` (RFC 9110 §11.6.1): a list of challenges, in which the same comma parts
// challenges and parameters.

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const SCHEME = new RegExp(`^(${TOKEN})(?:[ \\t]+|(?=,|$))`);
const PARAMETER = new RegExp(`^(${TOKEN})[ \\t]*=[ \\t]*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))[ \\t]*(?=,|$)`);
const TOKEN68 = /^[-._~+/0-9A-Za-z]+=*[ \t]*(?=,|$)/;

/** `[{ scheme, parameters }]`, names in small letters. What cannot be read ends the list. */
export function readChallenges(header) {
  const challenges = [];
  let rest = header;
  const eat = (pattern) => {
    const found = pattern.exec(rest);
    if (found) rest = rest.slice(found[0].length);
    return found;
  };
  for (;;) {
    eat(/^[ \t,]+/);
    if (!rest) return challenges;
    const parameter = challenges.length > 0 && eat(PARAMETER);
    if (parameter) {
      const [, name, quoted, plain] = parameter;
      const { parameters } = challenges.at(-1);
      // The first of two counts, as nothing says that the second may.
      parameters[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, "$1") ?? plain;
      continue;
    }
    const scheme = eat(SCHEME);
    if (!scheme) return challenges;
    challenges.push({ scheme: scheme[1].toLowerCase(), parameters: Object.create(null) });
    if (!PARAMETER.test(rest)) eat(TOKEN68);
  }
}
