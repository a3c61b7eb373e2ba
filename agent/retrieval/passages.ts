/** A part of a text. */
export interface Passage {
  text: string
  /** Where in the text's UTF-8 bytes it is, half-open [start, end). */
  start: number
  end: number
}

/** Longest passage, in UTF-16 units: at most three bytes each, so that it can be quoted. */
const MAX_LENGTH = 1_000
/** What ends a paragraph. */
const BREAK = /\n[^\S\n]*\n\s*/g

/**
 * Cuts a text into passages: paragraphs, and those that are longer than a thousand characters in parts, between words where
 * there are any. White space around passages belongs to none.
 *
 * @example passagesOf('one\n\ntwo') // [{ text: 'one', start: 0, end: 3 }, { text: 'two', start: 5, end: 8 }]
 */
export function passagesOf(text: string): Passage[] {
  const passages: Passage[] = []
  let units = 0
  let bytes = 0
  for (const [from, to] of spansOf(text)) {
    const start = bytes + byteLength(text.slice(units, from))
    const passage = text.slice(from, to)
    const end = start + byteLength(passage)
    passages.push({ text: passage, start, end })
    units = to
    bytes = end
  }
  return passages
}

/** Where passages are, in UTF-16 units. */
function* spansOf(text: string): Generator<[from: number, to: number]> {
  let from = 0
  for (const {
    index,
    0: { length },
  } of [...text.matchAll(BREAK), { index: text.length, 0: '' }]) {
    yield* partsOf(text, from, index)
    from = index + length
  }
}

function* partsOf(text: string, begin: number, end: number): Generator<[from: number, to: number]> {
  let from = begin
  while (from < end) {
    const to = end - from <= MAX_LENGTH ? end : cutOf(text, from)
    const part = text.slice(from, to)
    const first = from + part.length - part.trimStart().length
    const last = from + part.trimEnd().length
    if (first < last) yield [first, last]
    from = to
  }
}

/** Where a long paragraph is cut: at the last white space that is near enough, else between two characters. */
function cutOf(text: string, from: number): number {
  const latest = from + MAX_LENGTH
  for (let at = latest; at > from + MAX_LENGTH / 2; at--) if (/\s/.test(text.charAt(at))) return at
  const isWithinPair = (text.codePointAt(latest - 1) ?? 0) > 0xffff
  return isWithinPair ? latest - 1 : latest
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length
}
