/** JSON in which a bigint is a decimal string, so that none is rounded on its way. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, member) => (typeof member === 'bigint' ? String(member) : member))
}

/** A value as its JSON is read again: bigints are decimal strings, what is undefined is left out. */
export function plain(value: object) {
  return JSON.parse(toJson(value))
}
