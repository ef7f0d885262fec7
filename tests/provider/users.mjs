// The test users, their claims and their pictures. The vendors' own claims are in issuers/.

/** Each user tests something else; see the table in README.md. */
export const users = [
  {
    username: "ada",
    id: "5d7c3f0e-1f0b-4f0c-9a53-0d3f6a1b0001",
    name: "Ada Lovelace",
    given_name: "Ada",
    family_name: "Lovelace",
    email: "ada@example.com",
    locale: "en-GB",
    picture: { initials: "AL", colour: "#7a3e9d" },
  },
  {
    username: "grace",
    id: "5d7c3f0e-1f0b-4f0c-9a53-0d3f6a1b0002",
    name: "Grace Hopper",
    given_name: "Grace",
    family_name: "Hopper",
    email: "grace@example.com",
    locale: "en-US",
  },
  {
    username: "hubert",
    id: "5d7c3f0e-1f0b-4f0c-9a53-0d3f6a1b0003",
    name: "Hubert Blaine Wolfeschlegelsteinhausenbergerdorff Senior of Philadelphia and Hamburg",
    given_name: "Hubert Blaine",
    family_name: "Wolfeschlegelsteinhausenbergerdorff",
    email: "hubert.blaine.wolfeschlegelsteinhausenbergerdorff.senior@departments.example.com",
    locale: "de-DE",
  },
  {
    username: "khwarizmi",
    id: "5d7c3f0e-1f0b-4f0c-9a53-0d3f6a1b0004",
    name: "محمد بن موسى الخوارزمي",
    given_name: "محمد",
    family_name: "الخوارزمي",
    email: "khwarizmi@example.com",
    locale: "ar",
    picture: { initials: "خ", colour: "#1d6f5c" },
  },
  {
    username: "murasaki",
    id: "5d7c3f0e-1f0b-4f0c-9a53-0d3f6a1b0005",
    name: "紫 式部",
    given_name: "式部",
    family_name: "紫",
    email: "murasaki@example.com",
    locale: "ja",
  },
  {
    username: "emmy",
    id: "5d7c3f0e-1f0b-4f0c-9a53-0d3f6a1b0006",
    name: "Emmy Noether",
    given_name: "Emmy",
    family_name: "Noether",
    locale: "de-DE",
  },
];

export function findUser(username) {
  return users.find((user) => user.username === username);
}

/** The standard claims (OpenID Connect Core §5.1) that the user has. */
export function standardClaims(user, origin) {
  return {
    name: user.name,
    given_name: user.given_name,
    family_name: user.family_name,
    preferred_username: user.email ?? user.username,
    locale: user.locale,
    updated_at: 1_767_225_600,
    ...(user.picture && { picture: pictureUrl(user, origin) }),
    ...(user.email && { email: user.email, email_verified: true }),
  };
}

export function pictureUrl(user, origin) {
  return `${origin}/pictures/${user.username}.svg`;
}

/** The picture as SVG text, or undefined for a user without one. */
export function pictureOf(user) {
  if (!user?.picture) return undefined;
  const { initials, colour } = user.picture;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96" viewBox="0 0 96 96">
  <rect width="96" height="96" fill="${colour}"/>
  <circle cx="48" cy="48" r="40" fill="#fff" fill-opacity=".14"/>
  <text x="48" y="50" fill="#fff" font-family="system-ui, sans-serif" font-size="36" font-weight="600"
    text-anchor="middle" dominant-baseline="middle">${initials}</text>
</svg>
`;
}
