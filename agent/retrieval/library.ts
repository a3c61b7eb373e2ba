import MiniSearch from 'minisearch'
import { sha256 } from 'viem'
import { RefusedError } from '../../protocol/errors.ts'
import { MAX_STRING_BYTES } from '../../protocol/limits.ts'
import type { Citation, Hex } from '../../protocol/types.ts'
import { passagesOf } from './passages.ts'

/** A document of a library. */
export interface LibraryDocument {
  /** SHA-256 of its bytes. */
  readonly digest: Hex
  /** UTF-8. */
  readonly content: Uint8Array
  /** Where it is from, for people. */
  readonly source: string
}

/** A passage that was found. */
export interface FoundPassage {
  /** How well it fits (BM25+); comparable within one library alone, and higher where a word is rare in it. */
  readonly score: number
  readonly text: string
  /** Where it stands, so that anybody who has the document can see that it does. */
  readonly citation: Citation
}

export interface LibraryInit {
  /** Most documents; 10,000 by default. */
  maxDocuments?: number
  /** Most bytes of all documents together; 64 MiB by default. */
  maxBytes?: number
}

/** A passage as it is indexed. */
interface Indexed {
  id: string
  text: string
  document: LibraryDocument
  start: number
  end: number
}

/** Most different words of a question: each is looked up in all that is held, while nothing else is done. */
const MAX_WORDS = 128

/**
 * Text documents that an agent holds, and a search for passages in them by words, without any model: BM25+ (Lv and Zhai, Lower-Bounding
 * Term Frequency Normalization, CIKM 2011), as MiniSearch has it, with k 1.2, b 0.7 and d 0.5.
 *
 * @example
 * ```ts
 * const library = new Library()
 * library.add('The maximum price is 17,500 $/MWh.', 'AEMO')
 * library.retrieve('maximum price', 1)[0]?.text // 'The maximum price is 17,500 $/MWh.'
 * ```
 */
export class Library {
  readonly #limits: Required<LibraryInit>
  readonly #held = new Map<Hex, { document: LibraryDocument; passages: Indexed[] }>()
  readonly #index = new MiniSearch<Indexed>({
    fields: ['text'],
    autoVacuum: false,
    searchOptions: { bm25: { k: 1.2, b: 0.7, d: 0.5 } },
  })
  #bytes = 0

  /** @throws RefusedError `LIBRARY_INVALID` when a limit is not a whole number from 1 */
  constructor({ maxDocuments = 10_000, maxBytes = 64 * 1024 * 1024 }: LibraryInit = {}) {
    this.#limits = { maxDocuments, maxBytes }
    for (const [field, limit] of Object.entries(this.#limits)) {
      if (Number.isSafeInteger(limit) && limit >= 1) continue
      throw refused('LIBRARY_INVALID', 'A limit of a library is none.', field, 'a whole number from 1', limit)
    }
  }

  /** How many documents it holds. */
  get size(): number {
    return this.#held.size
  }

  /** How many bytes they have together. */
  get bytes(): number {
    return this.#bytes
  }

  /**
   * Adds a document; one that it holds already is not added again.
   *
   * @param content its text, or the text's UTF-8 bytes, as they are to be cited
   * @param source where it is from, for people: at most 256 bytes
   * @returns SHA-256 of its bytes, by which it is removed
   * @throws RefusedError `LIBRARY_FULL`; `DOCUMENT_INVALID` when it is no text, has no words, or its source is too long
   */
  add(content: string | Uint8Array, source: string): Hex {
    const { text, bytes } = textOf(content)
    const digest = sha256(bytes)
    if (this.#held.has(digest)) return digest
    if (new TextEncoder().encode(source).length > MAX_STRING_BYTES) {
      throw invalid('source', `at most ${MAX_STRING_BYTES} bytes`, `${source.slice(0, 40)}…`)
    }
    const document = { digest, content: bytes, source }
    const passages = passagesOf(text).map((passage, index) => ({
      ...passage,
      id: `${digest}/${index}`,
      document,
    }))
    if (passages.length === 0) throw invalid('content', 'a text with words in it', `${bytes.length} bytes`)
    this.#checkRoom(bytes.length)
    this.#index.addAll(passages)
    this.#held.set(digest, { document, passages })
    this.#bytes += bytes.length
    return digest
  }

  /** Removes a document. @returns whether it was there */
  remove(digest: Hex): boolean {
    const held = this.#held.get(digest)
    if (held === undefined) return false
    this.#index.removeAll(held.passages)
    this.#held.delete(digest)
    this.#bytes -= held.document.content.length
    return true
  }

  /** A document by the SHA-256 of its bytes. */
  document(digest: Hex): LibraryDocument | undefined {
    return this.#held.get(digest)?.document
  }

  /**
   * The passages that fit a question best, by the words that both have.
   *
   * @param question at most 128 different words; one that comes again counts once, or whoever asks could have it looked up
   *   as often as it likes
   * @param k most passages, a whole number from 1
   * @returns the best first; none where no word of the question is in any document
   * @throws RefusedError `LIBRARY_INVALID`
   */
  retrieve(question: string, k: number): FoundPassage[] {
    if (!(Number.isSafeInteger(k) && k >= 1)) {
      throw refused('LIBRARY_INVALID', 'So many passages cannot be found.', 'k', 'a whole number from 1', k)
    }
    const words = wordsOf(question)
    if (words.length > MAX_WORDS) {
      const expected = `at most ${MAX_WORDS} different words`
      throw refused('LIBRARY_INVALID', 'A question is too long.', 'question', expected, words.length)
    }
    return this.#index
      .search(words.join(' '))
      .slice(0, k)
      .flatMap(({ id, score }) => {
        const [digest, index] = String(id).split('/')
        const passage = this.#held.get(digest as Hex)?.passages[Number(index)]
        return passage === undefined ? [] : [{ score, text: passage.text, citation: citationOf(passage) }]
      })
  }

  #checkRoom(bytes: number): void {
    const { maxDocuments, maxBytes } = this.#limits
    if (this.size < maxDocuments && this.#bytes + bytes <= maxBytes) return
    throw refused(
      'LIBRARY_FULL',
      'A library has no room for another document.',
      'content',
      `at most ${maxDocuments} documents and ${maxBytes} bytes`,
      `${this.size + 1} and ${this.#bytes + bytes}`,
      'Remove what is not needed, or raise `maxDocuments` or `maxBytes`.',
    )
  }
}

function citationOf({ document: { digest, source }, text, start, end }: Indexed): Citation {
  return { content: digest, start: BigInt(start), end: BigInt(end), quote: text, source }
}

/** The different words of a text, as they are indexed. */
function wordsOf(text: string): string[] {
  const tokens: string[] = MiniSearch.getDefault('tokenize')(text)
  return [...new Set(tokens.map((token) => token.toLowerCase()))].filter((word) => word !== '')
}

/** A text and its bytes, of which each follows from the other. */
function textOf(content: string | Uint8Array): { text: string; bytes: Uint8Array } {
  if (typeof content !== 'string') {
    try {
      // A byte order mark counts among the bytes that are cited.
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)
      return { text, bytes: content.slice() }
    } catch {
      throw invalid('content', 'text in UTF-8', `${content.length} bytes that are none`)
    }
  }
  if (!content.isWellFormed()) throw invalid('content', 'well-formed text', 'half a surrogate pair')
  return { text: content, bytes: new TextEncoder().encode(content) }
}

function invalid(field: string, expected: string, received: string): RefusedError {
  return refused('DOCUMENT_INVALID', 'A document cannot be searched.', field, expected, received)
}

function refused(
  code: string,
  message: string,
  field: string,
  expected: unknown,
  received: unknown,
  remedy = 'Change what `field` names.',
): RefusedError {
  return new RefusedError(code, message, { field, expected, received, remedy })
}
