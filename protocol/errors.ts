/** What an error says beyond its message: the field at fault, what was wanted, what was found, what to do. */
export interface ErrorDetails {
  /** Path of the offending field, e.g. `agreement.expiry`. */
  field?: string
  /** What would have been accepted. */
  expected?: unknown
  /** What was found. */
  received?: unknown
  /** The next step for whoever reads it. */
  remedy: string
  cause?: unknown
}

/** What anything that was thrown says: not all of it is an `Error`. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** Of what a peer did wrong there is always the same to do. */
type PeerFault = Omit<ErrorDetails, 'remedy'> & { remedy?: string }

/**
 * Base of every error that this package throws on purpose.
 *
 * @example
 * ```ts
 * try { decodeIntent(bytes) } catch (error) {
 *   if (error instanceof MeshError) console.error(error.code, error.field, error.remedy)
 * }
 * ```
 */
export class MeshError extends Error {
  override readonly name: string = 'MeshError'
  /** Stable, machine-readable kind, e.g. `INTENT_EXPIRED`. */
  readonly code: string
  readonly field: string | undefined
  readonly expected: unknown
  readonly received: unknown
  readonly remedy: string

  constructor(code: string, message: string, details: ErrorDetails) {
    super(describe(message, details), details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.field = details.field
    this.expected = details.expected
    this.received = details.received
    this.remedy = details.remedy
  }

  /** First error in the chain of causes for which `test` holds, else undefined. */
  walk(test: (error: unknown) => boolean): unknown {
    let current: unknown = this
    for (let depth = 0; depth < 16 && current !== undefined; depth++) {
      if (test(current)) return current
      current = current instanceof Error ? current.cause : undefined
    }
    return undefined
  }
}

/** Thrown when bytes from the network are no valid message: too large, malformed, not canonical, out of range. */
export class WireError extends MeshError {
  override readonly name = 'WireError'

  constructor(code: string, message: string, details: PeerFault = {}) {
    const remedy =
      'Where this agent was told to say it, say it within bounds. Else the peer is at fault: deal with another, and update this software where none is better.'
    super(code, message, { remedy, ...details })
  }
}

/** Thrown when a signature is malformed or is not by whom it should be. */
export class SignatureError extends MeshError {
  override readonly name = 'SignatureError'

  constructor(code: string, message: string, details: PeerFault = {}) {
    const remedy =
      'Believe nothing of it, and deal with another peer. Where all are like this, fetch the network descriptor again: theirs is another network.'
    super(code, message, { remedy, ...details })
  }
}

/** Thrown when a well-formed, well-signed message may not be acted upon: expired, replayed, over a limit. */
export class RefusedError extends MeshError {
  override readonly name = 'RefusedError'
}

/** Thrown when the chain says no, or is not the chain that was expected. */
export class ChainError extends MeshError {
  override readonly name = 'ChainError'
}

/** Thrown when something did not come in time. */
export class TimeoutError extends MeshError {
  override readonly name = 'TimeoutError'
}

/** Thrown when a caller's input or the machine's set-up is at fault. */
export class ConfigError extends MeshError {
  override readonly name = 'ConfigError'
}

/** Thrown when a query for agents cannot be read, or is out of its bounds. */
export class QueryError extends MeshError {
  override readonly name = 'QueryError'
  /** Character of the text, from 0, at which something else was expected; undefined of a query that is no text. */
  readonly position: number | undefined

  constructor(code: string, message: string, details: ErrorDetails & { position?: number }) {
    super(code, message, details)
    this.position = details.position
  }
}

function describe(message: string, { field, expected, received, remedy }: ErrorDetails): string {
  const parts = [message]
  if (field !== undefined) parts.push(`Field: ${printable(field)}`)
  if (expected !== undefined) parts.push(`Expected: ${printable(expected)}`)
  if (received !== undefined) parts.push(`Received: ${printable(received)}`)
  parts.push(`Remedy: ${remedy}`)
  return parts.join('\n  ')
}

/** What directs a terminal, or the direction of writing, in place of being read; line breaks and tabs do no harm. */
const DIRECTING = /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu

/**
 * A value that anybody may have sent, for people to read: at most 200 characters, and nothing that directs their terminal.
 *
 * @example printable('\u001b[2J') // '\\u{1b}[2J'
 */
export function printable(value: unknown): string {
  return shortened(textOf(value)).replace(
    DIRECTING,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  )
}

/** Lists may be too deep within one another to be written, and of objects of JSON `toString` may be any value. */
function textOf(value: unknown): string {
  try {
    return String(value)
  } catch {
    return `${typeof value} that cannot be shown`
  }
}

/** How a text begins, as much as an error says of it: 200 characters. */
export function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
