/**
 * Text as PostgreSQL can hold it. Strings of others may contain NUL, which it refuses; a stranger's string must not
 * stop the index.
 */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed()
}

/** Longest text of a stranger's that is kept, in characters; ERC-8004 allows whole documents as URIs. */
const MAX_TEXT = 8_192

/** Text as it is kept, null when it is too long. */
export function keepable(text: string): string | null {
  return text.length > MAX_TEXT ? null : storable(text)
}

/** The words of a text, letters and digits of any script, in lower case: what texts are looked up by. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
}
