import { structs } from './eip712.ts'
import { WireError } from './errors.ts'
import { described } from './input.ts'
import type { Agreement, Conditions, Intent, Release } from './types.ts'

/** What the API shows of a struct that is signed: integers are decimal strings. */
type Shown = Readonly<Record<string, unknown>>

/** @throws WireError `JSON_INVALID` that names the member */
export function agreementFromJson(value: Shown): Agreement {
  return membersOf('Agreement', value, 'agreement') as unknown as Agreement
}

/** @throws WireError `JSON_INVALID` that names the member */
export function conditionsFromJson(value: Shown): Conditions {
  return membersOf('Conditions', value, 'conditions') as unknown as Conditions
}

/** @throws WireError `JSON_INVALID` that names the member */
export function releaseFromJson(value: Shown): Release {
  return membersOf('Release', value, 'release') as unknown as Release
}

/** An intent without attributes of its own. @throws WireError `JSON_INVALID` that names the member */
export function intentFromJson(value: Shown): Intent {
  const { side, attributes } = value
  if (side !== 'buy' && side !== 'sell') throw invalid('intent.side', 'buy or sell', side)
  if (!Array.isArray(attributes) || attributes.length > 0)
    throw invalid('intent.attributes', 'none', attributes)
  const members = membersOf('Intent', { ...value, side: '0' }, 'intent')
  return { ...members, side, attributes: [] } as unknown as Intent
}

function membersOf(name: keyof typeof structs, value: Shown, path: string): Record<string, unknown> {
  return Object.fromEntries(
    structs[name].fields.map((field) => [
      field.name,
      memberOf(field.type, value[field.name], `${path}.${field.name}`),
    ]),
  )
}

function memberOf(type: string, value: unknown, path: string): unknown {
  if (type.startsWith('uint')) {
    if (typeof value === 'string' && /^\d{1,78}$/.test(value)) return BigInt(value)
    throw invalid(path, 'decimal digits', value)
  }
  if (type === 'address') return hexOf(value, 20, path)
  // In an agreement conditions stand as their hash.
  if (type === 'bytes32' || type === 'Conditions') return hexOf(value, 32, path)
  if (type === 'bool' && typeof value === 'boolean') return value
  if (type === 'string' && typeof value === 'string') return value
  if (type.endsWith('[]') && Array.isArray(value)) return value
  throw invalid(path, type, value)
}

function hexOf(value: unknown, bytes: number, path: string): string {
  if (typeof value === 'string' && new RegExp(`^0x[0-9a-fA-F]{${bytes * 2}}$`).test(value)) return value
  throw invalid(path, `0x and ${bytes * 2} hexadecimal digits`, value)
}

function invalid(field: string, expected: string, value: unknown): WireError {
  return new WireError('JSON_INVALID', 'What an API shows is not what can be signed.', {
    field,
    expected,
    received: described(value),
    remedy: 'Sign nothing of it: ask another API, or look whether this program is older than that one.',
  })
}
