import { MeshError } from '../../protocol/errors.ts'
import { MAX_STEPS } from '../../protocol/limits.ts'
import type { PriceStep, SlotOrder } from '../../protocol/types.ts'

/**
 * Packs orders into the words that the clearing house takes: a head (account, tariff, side, number of steps), then two
 * steps to a word.
 *
 * @throws MeshError `ORDER_INVALID` when an order has no step or more than {@link MAX_STEPS}, or a number does not
 *   fit its field.
 *
 * @example
 * ```ts
 * packBook([{ account: '0x00000000000000000000000000000000000000aa', side: 'sell', tariff: 0n,
 *   steps: [{ price: -5n, quantity: 700n }] }]).length // 2
 * ```
 */
export function packBook(orders: readonly SlotOrder[]): bigint[] {
  return orders.flatMap(packOrder)
}

/**
 * Reads what {@link packBook} wrote, for example out of the clearing house's `OrdersSubmitted` event.
 *
 * @throws MeshError `ORDER_INVALID` when the words end within an order.
 */
export function unpackBook(words: readonly bigint[]): SlotOrder[] {
  const orders: SlotOrder[] = []
  for (let begin = 0; begin < words.length; ) {
    const head = words[begin] ?? 0n
    const count = Number(head & 0xffn)
    const end = begin + 1 + Math.ceil(count / 2)
    if (end > words.length) throw invalid('steps', `${count} steps`, `${words.length - begin - 1} words`)
    orders.push({
      account: `0x${(head >> 96n).toString(16).padStart(40, '0')}`,
      side: ((head >> 8n) & 0xffn) === 1n ? 'sell' : 'buy',
      tariff: (head >> 16n) & 0xffff_ffff_ffffn,
      steps: Array.from({ length: count }, (_, index) => unpackStep(words, begin, index)),
    })
    begin = end
  }
  return orders
}

function packOrder({ account, side, tariff, steps }: SlotOrder): bigint[] {
  if (steps.length === 0 || steps.length > MAX_STEPS) {
    throw invalid('steps', `1 to ${MAX_STEPS} of them`, steps.length)
  }
  const head =
    (unsigned('account', BigInt(account), 160) << 96n) |
    (unsigned('tariff', tariff, 48) << 16n) |
    (side === 'sell' ? 0x100n : 0n) |
    BigInt(steps.length)
  const halves = steps.map(packStep)
  const words = [head]
  for (let i = 0; i < halves.length; i += 2) words.push(((halves[i] ?? 0n) << 128n) | (halves[i + 1] ?? 0n))
  return words
}

function packStep({ price, quantity }: PriceStep): bigint {
  if (BigInt.asIntN(64, price) !== price) throw invalid('price', 'a signed 64-bit integer', price)
  return (BigInt.asUintN(64, price) << 64n) | unsigned('quantity', quantity, 64)
}

function unpackStep(words: readonly bigint[], begin: number, index: number): PriceStep {
  const word = words[begin + 1 + (index >> 1)] ?? 0n
  const half = index % 2 === 0 ? word >> 128n : BigInt.asUintN(128, word)
  return { price: BigInt.asIntN(64, half >> 64n), quantity: BigInt.asUintN(64, half) }
}

function unsigned(field: string, value: bigint, bits: number): bigint {
  if (BigInt.asUintN(bits, value) !== value) throw invalid(field, `an unsigned ${bits}-bit integer`, value)
  return value
}

function invalid(field: string, expected: string, received: unknown): MeshError {
  return new MeshError('ORDER_INVALID', 'An order cannot be packed or read.', {
    field,
    expected,
    received,
    remedy: 'Change the order, or take it out of the book.',
  })
}
