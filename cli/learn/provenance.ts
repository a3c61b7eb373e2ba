import { type Hex, readOrigin, type SignedOrigin, verifyHistory } from '../../agent/index.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { counted } from '../format.ts'
import { parseJson } from '../json-file.ts'
import { table } from '../table.ts'
import { nameOf, readText } from '../text-file.ts'

export interface ProvenanceOptions {
  model?: string
  signer?: string[]
  json?: boolean
}

/** Verifies the history of a model that a file has, or the standard input where it is `-`, and prints it. */
export function printProvenance(file: string, { model, signer, json }: ProvenanceOptions): void {
  checkOption('--model', model, /^0x[0-9a-f]{64}$/, 'a digest: 0x and 64 hexadecimal digits')
  for (const address of signer ?? []) {
    checkOption('--signer', address, /^0x[0-9a-fA-F]{40}$/, 'an address: 0x and 40 hexadecimal digits')
  }
  const content = parseJson(readText(file), nameOf(file))
  const envelopes = Array.isArray(content) ? content : [content]
  const trusted = signer?.map((address) => address.toLowerCase())
  const history = verifyHistory(envelopes, {
    model: (model as Hex | undefined) ?? newestOf(envelopes),
    ...(trusted && { isTrusted: (address) => trusted.includes(address.toLowerCase()) }),
  })
  console.log(json ? JSON.stringify(history.map(toJson)) : toText(history))
}

/** The model that no other was made from; the first of several, of which the history then says what is wrong. */
function newestOf(envelopes: readonly unknown[]): Hex {
  const origins = envelopes.map(readOrigin)
  const bases = new Set(origins.map(({ base }) => base))
  const newest = origins.find(({ model }) => !bases.has(model)) ?? origins[0]
  if (newest !== undefined) return newest.model
  throw new ConfigError('FILE_INVALID', 'The file has no statement about a model.', {
    field: 'file',
    expected: 'an envelope, or a list of them',
    received: 'an empty list',
    remedy: 'Give what `signOrigin` made.',
  })
}

/** Without a base of a first model, as JSON has it. */
function toJson({ base = null, ...origin }: Omit<SignedOrigin, 'base'> & { base?: Hex | null | undefined }) {
  return { ...origin, base }
}

function toText(history: readonly SignedOrigin[]): string {
  const rows = history.map(({ model, updates, rule, signer }, index) => [
    String(index),
    short(model),
    String(updates.length),
    [rule.name, ...Object.entries(rule.parameters).map(([name, value]) => `${name} ${value}`)].join(', '),
    signer,
  ])
  return [
    `${history.at(-1)?.model}: ${counted(history.length, 'statement')}, signatures and links verified`,
    '',
    table(
      [['step', 'model', 'updates', 'rule', 'signer'], ...rows],
      ['right', 'left', 'right', 'left', 'left'],
    ),
  ].join('\n')
}

function short(digest: Hex): string {
  return `${digest.slice(0, 10)}…${digest.slice(-4)}`
}

function checkOption(field: string, text: string | undefined, pattern: RegExp, expected: string): void {
  if (text === undefined || pattern.test(text)) return
  throw new ConfigError('OPTION_INVALID', 'The option cannot be used.', {
    field,
    expected,
    received: text,
    remedy: `Give ${field} as is expected.`,
  })
}
