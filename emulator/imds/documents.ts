/** A JSON object as the metadata service writes it: a blank on both sides of the colon, one member a line. */
export const jsonDocument = (members: Readonly<Record<string, string | null>>): string =>
  `{\n${Object.entries(members)
    .map(([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`)
    .join(',\n')}\n}`

/** `2026-05-01T09:30:00Z`, of ms since the epoch. */
export const moment = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`
