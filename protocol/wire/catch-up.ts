import { WireError } from '../errors.ts'
import type { Hex } from '../types.ts'
import { decodeEnvelope, encode } from './codec.ts'
import { fromHex, toHash, toText } from './fields.ts'
import { CatchUpAskSchema, CatchUpHaveSchema, CatchUpWantSchema } from './mesh_pb.js'

/** Most cells that a question names: `EVERYWHERE`, and so many of each level as an agent listens to. */
export const MAX_ASKED_CELLS = 256
/** Most messages that one answer offers. */
export const MAX_OFFERED = 400

/** Asks for the open intents, or the capability records, of a domain that concern who listens in some cells. */
export interface AreaAsk {
  type: 'intents' | 'records'
  domain: string
  cells: string[]
}

/** Asks for the orders, or for the readings, of a market's slots that still count. */
export interface SlotsAsk {
  type: 'orders' | 'readings'
  /** Its id. */
  market: Hex
}

/** What a neighbour is asked for. */
export type CatchUpAsk = AreaAsk | SlotsAsk

const NONE = new Uint8Array()

export function encodeCatchUpAsk(ask: CatchUpAsk): Uint8Array {
  const about = { domain: '', cells: [] as string[], records: false, orders: NONE, readings: NONE }
  if ('domain' in ask) {
    const { domain, cells, type } = ask
    return encode(CatchUpAskSchema, { ...about, domain, cells, records: type === 'records' })
  }
  return encode(CatchUpAskSchema, { ...about, [ask.type]: fromHex(ask.market) })
}

/** @throws WireError naming the field */
export function decodeCatchUpAsk(bytes: Uint8Array): CatchUpAsk {
  const { domain, cells, records, orders, readings } = decodeEnvelope(CatchUpAskSchema, bytes)
  if (orders.length > 0) return { type: 'orders', market: toHash(orders, 'catchUpAsk.orders') }
  if (readings.length > 0) return { type: 'readings', market: toHash(readings, 'catchUpAsk.readings') }
  checkCount(cells.length, MAX_ASKED_CELLS, 'catchUpAsk.cells')
  return {
    type: records ? 'records' : 'intents',
    domain: toText(domain, 'catchUpAsk.domain'),
    cells: cells.map((cell, index) => toText(cell, `catchUpAsk.cells[${index}]`)),
  }
}

/** Digests of what a neighbour has. */
export function encodeCatchUpHave(hashes: readonly Hex[]): Uint8Array {
  return encode(CatchUpHaveSchema, { hashes: hashes.map(fromHex) })
}

/** @throws WireError naming the field */
export function decodeCatchUpHave(bytes: Uint8Array): Hex[] {
  const { hashes } = decodeEnvelope(CatchUpHaveSchema, bytes)
  checkCount(hashes.length, MAX_OFFERED, 'catchUpHave.hashes')
  return hashes.map((hash, index) => toHash(hash, `catchUpHave.hashes[${index}]`))
}

/** Places, in the list of what the neighbour has, of what is wanted. */
export function encodeCatchUpWant(indexes: readonly number[]): Uint8Array {
  return encode(CatchUpWantSchema, { indexes: [...indexes] })
}

/**
 * @param count how many were offered
 * @throws WireError naming the field
 */
export function decodeCatchUpWant(bytes: Uint8Array, count: number): number[] {
  const { indexes } = decodeEnvelope(CatchUpWantSchema, bytes)
  checkCount(indexes.length, count, 'catchUpWant.indexes')
  for (const [place, index] of indexes.entries()) {
    const least = (indexes[place - 1] ?? -1) + 1
    if (index >= least && index < count) continue
    throw new WireError('VALUE_UNKNOWN', 'What is wanted was not offered, or is not in its order.', {
      field: `catchUpWant.indexes[${place}]`,
      expected: `${least} to ${count - 1}`,
      received: index,
    })
  }
  return indexes
}

function checkCount(count: number, most: number, field: string): void {
  if (count <= most) return
  throw new WireError('LIST_TOO_LONG', 'A list has too many entries.', {
    field,
    expected: `at most ${most}`,
    received: count,
  })
}
