import { WireError } from '../../../protocol/errors.ts'
import type { Address, Hex } from '../../../protocol/types.ts'

/** Source: https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md */
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
/** What is said of a model; see docs/learning.md. */
const PREDICATE_TYPE = 'urn:mesh:learning-round:1'
/** The digest by which content is named; of what is shorter than a chunk it is the SHA-256. */
const ALGORITHM = 'meshContent'

/** Most updates of a round. */
const MAX_UPDATES = 1_024
/** Most parameters of a rule, and most characters of a text. */
const MAX_PARAMETERS = 32
const MAX_TEXT = 128

/** What went into a round. */
export interface UpdateOrigin {
  /** Digest of its content. */
  readonly content: Hex
  /** Who sent it. */
  readonly agent: Address
  /** What it counted in the aggregate, above 0; 1 where all count the same. */
  readonly weight: number
}

/** Where a model comes from. */
export interface ModelOrigin {
  /** Digest of the model's content. */
  readonly model: Hex
  /** Digest of the model that it was made from; undefined of a first one. */
  readonly base: Hex | undefined
  /** None of a first model. */
  readonly updates: readonly UpdateOrigin[]
  /** How these became the model: the rule of aggregation, or what initialised the first one. */
  readonly rule: {
    readonly name: string
    readonly parameters: Readonly<Record<string, number | string>>
  }
}

/**
 * Writes an in-toto statement about a model. It has one form: what is signed is these bytes.
 *
 * @throws WireError `PROVENANCE_INVALID` that names the field
 */
export function writeStatement(origin: ModelOrigin): string {
  checkOrigin(origin)
  const { model, base, updates, rule } = origin
  return JSON.stringify({
    _type: STATEMENT_TYPE,
    subject: [{ name: 'model', digest: digestOf(model) }],
    predicateType: PREDICATE_TYPE,
    predicate: {
      base: base === undefined ? null : { digest: digestOf(base) },
      updates: updates.map(({ content, agent, weight }) => ({
        digest: digestOf(content),
        agent: agent.toLowerCase(),
        weight,
      })),
      rule: {
        name: rule.name,
        parameters: Object.fromEntries(Object.entries(rule.parameters).sort(([a], [b]) => (a < b ? -1 : 1))),
      },
    },
  })
}

/**
 * Reads a statement, in the form that `writeStatement` gives it and no other.
 *
 * @throws WireError `PROVENANCE_INVALID` that names the field
 */
export function readStatement(text: string): ModelOrigin {
  const { subject, predicate } = parsed(text)
  const origin: ModelOrigin = {
    model: hexOf(subject?.[0]?.digest),
    base: predicate?.base === null ? undefined : hexOf(predicate?.base?.digest),
    updates: listOf(predicate?.updates).map((update) => ({
      content: hexOf(update?.digest),
      agent: update?.agent as Address,
      weight: update?.weight as number,
    })),
    rule: { name: predicate?.rule?.name as string, parameters: predicate?.rule?.parameters ?? {} },
  }
  // All that is not looked at above is seen here: other types, more members, another sequence, names that come twice.
  const canonical = writeStatement(origin)
  if (canonical === text) return origin
  let at = 0
  while (canonical[at] === text[at]) at++
  throw invalid('statement', canonical.slice(at, at + 60), text.slice(at, at + 60))
}

/** The parts of a statement that are looked at, each of which may be anything. */
interface Parsed {
  subject?: { digest?: unknown }[]
  predicate?: {
    base?: { digest?: unknown } | null
    updates?: unknown
    rule?: { name?: unknown; parameters?: Record<string, number | string> }
  }
}

function parsed(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value
  } catch (cause) {
    throw invalid('statement', 'JSON', text.slice(0, 60), cause)
  }
  throw invalid('statement', 'an object', text.slice(0, 60))
}

function listOf(value: unknown): ({ digest?: unknown; agent?: unknown; weight?: unknown } | null)[] {
  if (Array.isArray(value)) return value
  throw invalid('predicate.updates', 'a list', typeof value)
}

function digestOf(digest: Hex): Record<string, string> {
  return { [ALGORITHM]: digest.slice(2) }
}

function hexOf(digest: unknown): Hex {
  return `0x${(digest as Record<string, unknown> | undefined)?.[ALGORITHM]}`
}

function checkOrigin({ model, base, updates, rule }: ModelOrigin): void {
  checkText('subject[0].digest', model, /^0x[0-9a-f]{64}$/)
  if (base !== undefined) checkText('predicate.base.digest', base, /^0x[0-9a-f]{64}$/)
  if (model === base) throw invalid('predicate.base.digest', 'another model', base)
  if (updates.length > MAX_UPDATES) {
    throw invalid('predicate.updates', `at most ${MAX_UPDATES}`, updates.length)
  }
  if ((base === undefined) !== (updates.length === 0)) {
    throw invalid(
      'predicate.updates',
      base === undefined ? 'none of a first model' : 'at least one',
      updates.length,
    )
  }
  for (const [index, { content, agent, weight }] of updates.entries()) {
    const field = `predicate.updates[${index}]`
    checkText(`${field}.digest`, content, /^0x[0-9a-f]{64}$/)
    checkText(`${field}.agent`, agent, /^0x[0-9a-fA-F]{40}$/)
    if (!(Number.isFinite(weight) && weight > 0)) throw invalid(`${field}.weight`, 'a number above 0', weight)
  }
  checkText('predicate.rule.name', rule.name, NAME)
  const parameters = Object.entries(rule.parameters)
  if (parameters.length > MAX_PARAMETERS) {
    throw invalid('predicate.rule.parameters', `at most ${MAX_PARAMETERS}`, parameters.length)
  }
  for (const [name, value] of parameters) {
    const field = `predicate.rule.parameters.${name}`
    checkText(field, name, NAME)
    if (typeof value === 'number' && Number.isFinite(value)) continue
    checkText(field, value, TEXT)
  }
}

const NAME = /^[a-zA-Z][\w+.-]{0,63}$/
const TEXT = new RegExp(`^[\\x20-\\x7e]{0,${MAX_TEXT}}$`)

function checkText(field: string, value: unknown, pattern: RegExp): void {
  if (typeof value === 'string' && pattern.test(value)) return
  throw invalid(field, String(pattern), value)
}

/** The error of what says nothing that can be believed about a model. */
export function invalid(field: string, expected: string, received: unknown, cause?: unknown): WireError {
  return new WireError('PROVENANCE_INVALID', 'A statement about a model cannot be read, or made.', {
    field,
    expected,
    received: received ?? 'nothing',
    remedy: 'Believe nothing of it; ask whoever made the model for another. An own one is to be made anew.',
    cause,
  })
}
