/**
 * Text as PostgreSQL can hold it. Strings of others may contain NUL, which it refuses; a stranger's string must not
 * stop the index.
 */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed()
}
