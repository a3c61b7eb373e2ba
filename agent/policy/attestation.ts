import { RefusedError } from '../../protocol/errors.ts'
import type { Address, Attribute, Hex } from '../../protocol/types.ts'

/**
 * What can be attested of an agent: which model it runs, which build of its software, by which policy it acts, and how well it did in
 * an evaluation. Each by a digest that a validator has looked at; tag of the ValidationRegistry.
 */
const ATTESTED = ['model', 'build', 'policy', 'evaluation'] as const
export type Attested = (typeof ATTESTED)[number]

/** What a validator said, as far as it counts here; see `Validation`. */
export interface Attestation {
  validator: Address
  /** From 0 to 100. */
  response: number
  /** What was looked at: of a model its digest, of an evaluation that of its hidden set. */
  responseHash: Hex
  tag: string
  /** Unix seconds. */
  lastUpdate: bigint
}

/** What is asked of a counterparty. */
export interface AttestationRequirement {
  about: Attested
  /** Digests of which one has to be attested; at least one. */
  digests: readonly Hex[]
  /** Validators of whom one has to have said so; at least one. */
  validators: readonly Address[]
  /** Least response, from 1 to 100. */
  least: number
}

const DIGEST = /^[0-9a-f]{64}$/
const VALIDATOR = /^0x[0-9a-f]{40}$/

/**
 * A requirement as the attributes of an intent: `attested.model`, `attested.model.by`, and `attested.model.least`.
 *
 * @throws RefusedError `REQUIREMENT_INVALID`
 * @example publishIntent({ ...draft, attributes: requiring({ about: 'model', digests, validators, least: 90 }) })
 */
export function requiring({ about, digests, validators, least }: AttestationRequirement): Attribute[] {
  const name = `attested.${about}`
  if (!Number.isInteger(least)) throw invalid(`${name}.least`, 'a whole number from 1 to 100')
  const attributes: Attribute[] = [
    { name, type: 'set', values: digests.map((digest) => digest.slice(2).toLowerCase()) },
    { name: `${name}.by`, type: 'set', values: validators.map((validator) => validator.toLowerCase()) },
    { name: `${name}.least`, type: 'range', min: BigInt(least), max: 100n },
  ]
  requirementsOf(attributes)
  return attributes
}

/**
 * What the maker of an intent requires of who answers it.
 *
 * @throws RefusedError `REQUIREMENT_INVALID` when it cannot be understood: what is not understood cannot be fulfilled
 */
export function requirementsOf(attributes: readonly Attribute[]): AttestationRequirement[] {
  const byName = new Map(attributes.map((attribute) => [attribute.name, attribute]))
  const names = [...byName.keys()].filter((name) => name.startsWith('attested.'))
  const known = ATTESTED.flatMap((about) => ['', '.by', '.least'].map((part) => `attested.${about}${part}`))
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw invalid(unknown, known.join(', '))
  return ATTESTED.filter((about) => names.some((name) => name.split('.')[1] === about)).map((about) => {
    const name = `attested.${about}`
    const digests = wordsOf(byName.get(name), name, DIGEST)
    const validators = wordsOf(byName.get(`${name}.by`), `${name}.by`, VALIDATOR)
    const least = byName.get(`${name}.least`)
    if (least?.type !== 'range' || least.min < 1n || least.min > 100n) {
      throw invalid(`${name}.least`, 'a range from 1 to 100')
    }
    return {
      about,
      digests: digests.map((word): Hex => `0x${word}`),
      validators: validators.map((word) => word as Address),
      least: Number(least.min),
    }
  })
}

/**
 * Checks that validators whom an intent names have said of an agent what it requires. Of what one of them said about the same
 * more than once the last counts, and of the same second that to the latest request: an agent is not to be believed by a word
 * that was taken back.
 *
 * @param agentId of the agent, 0n when the key speaks for none
 * @param attestations what was said of that agent, to the latest request first
 * @throws RefusedError `NOT_ATTESTED`
 */
export function checkAttested(
  agentId: bigint,
  attestations: readonly Attestation[],
  requirements: readonly AttestationRequirement[],
): void {
  const byTime = [...attestations].sort((a, b) => Number(b.lastUpdate - a.lastUpdate))
  const latest = byTime.filter((each, place) => byTime.findIndex((other) => areOfSame(each, other)) === place)
  for (const { about, digests, validators, least } of requirements) {
    const isAttested = latest.some(
      ({ validator, response, responseHash, tag }) =>
        tag === about &&
        response >= least &&
        digests.some((digest) => digest === responseHash.toLowerCase()) &&
        validators.some((each) => each.toLowerCase() === validator.toLowerCase()),
    )
    if (isAttested) continue
    throw new RefusedError('NOT_ATTESTED', 'An agent lacks what an intent requires of it.', {
      field: `attested.${about}`,
      expected: `a response of at least ${least} by ${validators.join(' or ')} about ${digests.join(' or ')}`,
      received: `${attestations.length} validations of agent ${agentId}`,
      remedy: 'Have one of these validators look at the agent (ValidationRegistry), or deal with another.',
    })
  }
}

/** Whether one validator said both, about the same. */
function areOfSame(one: Attestation, other: Attestation): boolean {
  const of = ({ validator, tag, responseHash }: Attestation) =>
    `${validator} ${responseHash}`.toLowerCase() + tag
  return of(one) === of(other)
}

function wordsOf(attribute: Attribute | undefined, name: string, form: RegExp): string[] {
  if (attribute?.type === 'set' && attribute.values.every((word) => form.test(word))) return attribute.values
  throw invalid(name, 'a set of words in lower-case hexadecimal')
}

function invalid(name: string, expected: string): RefusedError {
  return new RefusedError('REQUIREMENT_INVALID', 'What an intent requires cannot be understood.', {
    field: `intent.attributes.${name}`,
    expected,
    remedy: 'Make the attributes by `requiring`.',
  })
}
