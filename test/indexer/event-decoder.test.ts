import { expect } from 'chai'
import {
  type Abi,
  type AbiEvent,
  type AbiParameter,
  decodeEventLog,
  encodeAbiParameters,
  encodeEventTopics,
  getAddress,
  numberToHex,
} from 'viem'
import { eventDecoder } from '../../indexer/handlers/event-decoder.ts'
import * as abis from '../../protocol/abis/index.ts'
import type { Hex } from '../../protocol/types.ts'
import { SEED } from '../seed.ts'
import { Random } from './support/random.ts'

const events = Object.values(abis as unknown as Record<string, Abi>)
  .flat()
  .filter((item): item is AbiEvent => item.type === 'event')

describe('eventDecoder', () => {
  it(`says of every event of the contracts what viem says (seed ${SEED})`, () => {
    const random = new Random(SEED)
    expect(events.length).to.be.greaterThan(50)
    for (const event of events) {
      const args = Object.fromEntries(event.inputs.map((input) => [input.name, sampleOf(input, random)]))
      const plain = event.inputs.filter(({ indexed }) => !indexed)
      const topics = encodeEventTopics({ abi: [event], args } as never) as [Hex, ...Hex[]]
      const data = encodeAbiParameters(
        plain,
        plain.map(({ name }) => args[name ?? '']),
      )
      const expected = decodeEventLog({ abi: [event], topics, data }).args ?? {}
      expect(eventDecoder(event)({ topics, data }), event.name).to.deep.equal(expected)
    }
  })
})

function sampleOf({ type, ...parameter }: AbiParameter, random: Random): unknown {
  const [, element, length] = /^(.*)\[(\d*)\]$/.exec(type) ?? []
  if (element !== undefined) {
    const count = length === '' ? random.below(4) : Number(length)
    return Array.from({ length: count }, () => sampleOf({ ...parameter, type: element }, random))
  }
  const [, bits] = /^u?int(\d+)$/.exec(type) ?? []
  if (bits !== undefined) return Number(bits) > 48 ? BigInt(random.below(1_000_000)) : random.below(100)
  const [, bytes] = /^bytes(\d+)$/.exec(type) ?? []
  if (bytes !== undefined) return numberToHex(random.below(200), { size: Number(bytes) })
  if (type === 'address') return getAddress(numberToHex(random.below(2 ** 31), { size: 20 }))
  if (type === 'bool') return random.below(2) === 1
  if (type === 'string') return 'x'.repeat(random.below(70))
  if (type === 'bytes') return `0x${'ab'.repeat(random.below(70))}`
  if (type === 'tuple' && 'components' in parameter) {
    return Object.fromEntries(parameter.components.map((part) => [part.name, sampleOf(part, random)]))
  }
  throw new Error(`no sample of ${type}`)
}
