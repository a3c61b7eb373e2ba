import { QueryError } from '../../protocol/errors.ts'

/** Reads a text from left to right; white space between what is read does not count. */
export class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
    this.#skip()
  }

  /** Where the next thing begins, from 0. */
  get position(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  /** Reads what a pattern (sticky) fits, undefined when nothing does. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return undefined
    this.#at += found.length
    this.#skip()
    return found
  }

  /** Reads what a pattern fits. @throws QueryError `QUERY_MALFORMED` */
  take(pattern: RegExp, expected: string): string {
    return this.match(pattern) ?? this.fail(expected)
  }

  /** Reads a word of the language, if it is what comes next. */
  matchWord(word: string): boolean {
    return this.match(new RegExp(`${word}(?![A-Za-z0-9_.-])`, 'y')) !== undefined
  }

  /** @throws QueryError `QUERY_MALFORMED` */
  takeWord(word: string): void {
    if (!this.matchWord(word)) this.fail(`'${word}'`)
  }

  /** @throws QueryError `QUERY_MALFORMED`, always */
  fail(expected: string, position = this.#at): never {
    const rest = this.#text.slice(position, position + 24)
    throw new QueryError('QUERY_MALFORMED', 'A query cannot be read.', {
      field: `query, character ${position}`,
      expected,
      received: rest === '' ? 'the end' : rest,
      remedy:
        'Write it as in `data.fx where pair = EUR/USD and price <= $0.02 within 50 km`: docs/protocol/agents.md has the language.',
      position,
    })
  }

  #skip(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] ?? 'x')) this.#at += 1
  }
}
