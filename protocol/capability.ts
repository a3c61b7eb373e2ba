import { z } from 'zod'
import { ConfigError, WireError } from './errors.ts'
import { membersOf } from './input.ts'
import { MAX_ATTRIBUTE_VALUES, MAX_ATTRIBUTES, MAX_LIST_ENTRIES, MAX_NAME_BYTES, MAX_TIME } from './limits.ts'
import type { Attribute, Capability } from './types.ts'

/** Kinds of attributes, in the order of their numbers where they are signed and sent. */
const KINDS = ['range', 'span', 'set', 'area'] as const satisfies readonly Attribute['type'][]

/** An attribute as it is signed and sent: one shape for all kinds, with zeros and empty lists for what a kind lacks. */
export interface PlainAttribute {
  name: string
  /** 0 range, 1 span, 2 set, 3 area. */
  kind: number
  min: bigint
  max: bigint
  values: string[]
}

/** Names of capabilities and attributes: parts of lower-case letters, digits, `-` and `_`, with dots between them. */
const NAME = /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/
const WORD = /^[\x20-\x7e]+$/
const OPTIONAL_WORD = /^[\x20-\x7e]*$/
/** H3 index of a cell: mode 1, hexadecimal without leading zero. */
const CELL = /^8[0-9a-f]{14}$/
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }

/** What a query says of an agent beside its attributes, so none of these can have such a name. */
const RESERVED = ['version', 'model', 'reputation', 'stake']

/** A capability as its agent states it: its name alone, or what else there is to say. */
export type CapabilityClaim = string | (Pick<Capability, 'name'> & Partial<Capability>)

type Of<T extends Attribute['type']> = Extract<Attribute, { type: T }>

const name = z.string()
const strings = z.array(z.string())

/** Its kind first: of a union, what is expected of one alternative would be told. */
const kindSchema: z.ZodType<unknown, unknown> = z.looseObject({ type: z.enum(KINDS) })

export const attributeSchema: z.ZodType<Attribute> = kindSchema.pipe(
  z.union([
    membersOf<Of<'range'>>({ name, type: z.literal('range'), min: z.bigint(), max: z.bigint() }),
    membersOf<Of<'span'>>({ name, type: z.literal('span'), from: z.bigint(), to: z.bigint() }),
    membersOf<Of<'set'>>({ name, type: z.literal('set'), values: strings }),
    membersOf<Of<'area'>>({ name, type: z.literal('area'), cells: strings }),
  ]),
)

/** The types of a claim; its bounds are those of `checkCapabilities`. */
export const capabilityClaimSchema: z.ZodType<CapabilityClaim> = z.union([
  z.string(),
  membersOf<Exclude<CapabilityClaim, string>>(
    {
      name,
      version: z.exactOptional(z.string()),
      model: z.exactOptional(z.string()),
      attributes: z.exactOptional(z.array(attributeSchema)),
    },
    'a capability with its name',
  ),
])

/**
 * A capability with nothing left open.
 *
 * @example capabilityOf('image-generation') // { name: 'image-generation', version: '', model: '', attributes: [] }
 */
export function capabilityOf(claim: CapabilityClaim): Capability {
  const stated = typeof claim === 'string' ? { name: claim } : claim
  return { version: '', model: '', attributes: [], ...stated }
}

/** Whether a text can be the name of a capability. */
export function isName(text: string): boolean {
  return text.length <= MAX_NAME_BYTES && NAME.test(text)
}

/** Whether a text can be the name of an attribute. */
export function isAttributeName(text: string): boolean {
  return isName(text) && !RESERVED.includes(text)
}

/** Whether a text can stand in a set: printable ASCII, at most `MAX_NAME_BYTES`. */
export function isWord(text: string): boolean {
  return text.length <= MAX_NAME_BYTES && WORD.test(text)
}

/** Whether a text has the form of an H3 cell. */
function isCell(text: string): boolean {
  return CELL.test(text)
}

/** An attribute in the shape in which it is signed and sent. */
export function plainAttribute(attribute: Attribute): PlainAttribute {
  const { name, type } = attribute
  const plain = { name, kind: KINDS.indexOf(type), min: 0n, max: 0n, values: [] }
  switch (type) {
    case 'range':
      return { ...plain, min: attribute.min, max: attribute.max }
    case 'span':
      return { ...plain, min: attribute.from, max: attribute.to }
    case 'set':
      return { ...plain, values: attribute.values }
    case 'area':
      return { ...plain, values: attribute.cells }
  }
}

/**
 * An attribute from the shape in which it is sent.
 *
 * @param field path of it, for the error
 * @throws WireError `ATTRIBUTE_INVALID` when its kind is unknown, or it says what its kind does not have
 */
export function attributeOf({ name, kind, min, max, values }: PlainAttribute, field: string): Attribute {
  const type = KINDS[kind]
  const isNumeric = type === 'range' || type === 'span'
  const isOver = isNumeric ? values.length > 0 : min !== 0n || max !== 0n
  if (type === undefined || isOver) {
    throw invalid(field, 'a range or span with min and max, or a set or area with values', `kind ${kind}`)
  }
  switch (type) {
    case 'range':
      return { name, type, min, max }
    case 'span':
      return { name, type, from: min, to: max }
    case 'set':
      return { name, type, values }
    case 'area':
      return { name, type, cells: values }
  }
}

/**
 * Checks the capabilities of a record.
 *
 * @throws WireError `CAPABILITY_INVALID`, `ATTRIBUTE_INVALID` or `LIST_TOO_LONG`, naming the field
 */
export function checkCapabilities(capabilities: readonly Capability[], field: string): void {
  checkLength(capabilities.length, MAX_LIST_ENTRIES, field)
  const attributes = capabilities.flatMap((capability) => capability.attributes)
  checkAmount(attributes, `${field}.attributes`)
  for (const [index, capability] of capabilities.entries()) checkCapability(capability, `${field}[${index}]`)
}

/** Whether a record can hold so many capabilities. */
export function areWithinBounds(capabilities: readonly Capability[]): boolean {
  try {
    checkCapabilities(capabilities, 'capabilities')
    return true
  } catch {
    return false
  }
}

/**
 * Checks the attributes of an intent.
 *
 * @throws WireError `ATTRIBUTE_INVALID` or `LIST_TOO_LONG`, naming the field
 */
export function checkAttributes(attributes: readonly Attribute[], field: string): void {
  checkAmount(attributes, field)
  if (!areDistinct(attributes)) throw invalid(field, 'each name once', 'a name twice')
  for (const attribute of attributes) checkAttribute(attribute, `${field}.${attribute.name}`)
}

/**
 * Checks what an agent is told to say of itself: what is wrong there is its owner's fault, and no peer's.
 *
 * @throws ConfigError `CAPABILITY_INVALID`, `ATTRIBUTE_INVALID` or `LIST_TOO_LONG`, naming the option
 */
export function checkOwnCapabilities(claims: readonly CapabilityClaim[]): void {
  asOwnFault('A capability of this agent is out of its bounds.', 'capabilities', (field) =>
    checkCapabilities(claims.map(capabilityOf), field),
  )
}

/**
 * As `checkOwnCapabilities`, of the attributes of an intent.
 *
 * @throws ConfigError `ATTRIBUTE_INVALID` or `LIST_TOO_LONG`, naming the option
 */
export function checkOwnAttributes(attributes: readonly Attribute[]): void {
  asOwnFault('An attribute of an intent is out of its bounds.', 'intent.attributes', (field) =>
    checkAttributes(attributes, field),
  )
}

function asOwnFault(message: string, option: string, check: (field: string) => void): void {
  try {
    check(option)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    const { code, field = option, expected, received } = error
    throw new ConfigError(code, message, {
      field,
      expected,
      received,
      remedy: 'Change what `field` names: docs/protocol/agents.md has the bounds.',
    })
  }
}

function checkCapability({ name, version, model, attributes }: Capability, field: string): void {
  const wrong =
    (!isName(name) && 'name') ||
    (!isOptionalWord(version) && 'version') ||
    (!isOptionalWord(model) && 'model') ||
    (!areDistinct(attributes) && 'attributes')
  if (wrong !== false) {
    const received = { name, version, model, attributes: 'a name twice' }[wrong]
    throw new WireError('CAPABILITY_INVALID', 'A capability is out of its bounds.', {
      field: `${field}.${wrong}`,
      expected: `a name like data.fx, version and model in printable ASCII, at most ${MAX_NAME_BYTES} bytes each`,
      received,
    })
  }
  for (const attribute of attributes) checkAttribute(attribute, `${field}.${attribute.name}`)
}

/** Of all attributes of a signed body together. */
function checkAmount(attributes: readonly Attribute[], field: string): void {
  checkLength(attributes.length, MAX_ATTRIBUTES, field)
  const values = attributes.flatMap((attribute) => plainAttribute(attribute).values)
  checkLength(values.length, MAX_ATTRIBUTE_VALUES, `${field}.values`)
}

function areDistinct(attributes: readonly Attribute[]): boolean {
  return new Set(attributes.map(({ name }) => name)).size === attributes.length
}

function checkAttribute(attribute: Attribute, field: string): void {
  if (!isAttributeName(attribute.name)) {
    throw invalid(field, `a name that is not ${RESERVED.join(', ')}`, attribute.name)
  }
  switch (attribute.type) {
    case 'range': {
      const { min, max } = attribute
      if (min > max || min < INT64.min || max > INT64.max) {
        throw invalid(field, 'min <= max, 64 bits each', `${min} to ${max}`)
      }
      return
    }
    case 'span': {
      const { from, to } = attribute
      if (from >= to || from < 0n || to > MAX_TIME) {
        throw invalid(field, `0 <= from < to <= ${MAX_TIME}`, `${from} to ${to}`)
      }
      return
    }
    case 'set':
      checkEach(attribute.values, isWord, 'words of printable ASCII, each once', field)
      return
    case 'area':
      checkEach(attribute.cells, isCell, 'H3 cells, each once', field)
  }
}

function checkEach(
  values: readonly string[],
  isValid: (text: string) => boolean,
  expected: string,
  field: string,
): void {
  const isWrong = values.length === 0 || new Set(values).size < values.length || !values.every(isValid)
  if (isWrong) throw invalid(field, expected, values.join(', '))
}

function checkLength(length: number, most: number, field: string): void {
  if (length <= most) return
  throw new WireError('LIST_TOO_LONG', 'A list has too many entries.', {
    field,
    expected: `at most ${most}`,
    received: length,
  })
}

function isOptionalWord(text: string): boolean {
  return text.length <= MAX_NAME_BYTES && OPTIONAL_WORD.test(text)
}

function invalid(field: string, expected: string, received: string): WireError {
  return new WireError('ATTRIBUTE_INVALID', 'An attribute is out of its bounds.', {
    field,
    expected,
    received,
  })
}
