import { z } from 'zod'
import type { OrderBook } from '../../agent/index.ts'
import { type Decimal, parseNumber, toUnits } from '../../community/decimal.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { expectation } from '../../protocol/expectation.ts'
import { nearest } from '../../protocol/nearest.ts'
import { caseNames, placeIn, selectCase } from '../cases.ts'
import { excerpt } from '../json-file.ts'

/** An order book as a file has it, in integers. */
export interface Case {
  name: string
  book: OrderBook
  gridFee: bigint
  /** Decimals of the prices and of the quantities of the book. */
  priceScale: number
  quantityScale: number
}

/** Members whose digits are kept as they are written. */
const AMOUNTS = new Set(['price', 'qty', 'grid_fee'])

const amount = z.string().transform((text, context): Decimal => {
  const number = parseNumber(text)
  if (number !== undefined) return number
  context.addIssue('a decimal number with at most 15 digits before and 12 behind the point')
  return z.NEVER
})
const name = z.union([z.string().min(1), z.int()], 'text or a whole number')
const order = z.object({
  id: name,
  actor: name,
  price: amount,
  qty: amount.refine(({ units }) => units > 0n, 'more than 0'),
})
const ORDER_NAMES = Object.keys(order.shape)
const caseSchema = z.object({
  name: z.string().optional(),
  bids: z.array(order),
  offers: z.array(order),
  grid_fee: amount.refine(({ units }) => units >= 0n, 'at least 0').optional(),
})

/**
 * Reads an order book out of a JSON text: an object with `bids` and `offers`, or one with `cases` of them.
 *
 * Prices get one decimal more than any of them has, so that the middle of two is exact.
 *
 * @param file name of the text in errors
 * @param wanted name of the case; needed where there are several
 * @throws ConfigError `BOOK_INVALID` where it cannot be used, `CASE_UNKNOWN` where there is no such case.
 *
 * @example
 * ```ts
 * const text = '{ "bids": [{ "id": 1, "actor": "home", "price": 0.3, "qty": 2 }], "offers": [] }'
 * readCase('book.json', text, undefined).book.bids[0]?.price // 30n, with a priceScale of 2
 * ```
 */
export function readCase(file: string, text: string, wanted: string | undefined): Case {
  const { json, path } = selectCase(file, parse(file, text), wanted)
  checkNames(file, path, json)
  const result = caseSchema.safeParse(json, { error: expectation })
  if (!result.success) {
    const issue = result.error.issues[0]
    const received = issue?.path.reduce<unknown>((value, key) => (value as never)?.[key], json)
    throw invalid(file, [...path, ...(issue?.path ?? [])], issue?.message, excerpt(received))
  }
  const { bids, offers, grid_fee: fee = { units: 0n, scale: 0 } } = result.data
  const orders = [...bids, ...offers]
  const priceScale = 1 + orders.reduce((most, { price }) => Math.max(most, price.scale), fee.scale)
  const quantityScale = orders.reduce((most, { qty }) => Math.max(most, qty.scale), 0)
  const toOrder = ({ id, actor, price, qty }: z.infer<typeof order>) => ({
    id,
    actor,
    price: toUnits(price, priceScale) ?? 0n,
    quantity: toUnits(qty, quantityScale) ?? 0n,
  })
  return {
    name: result.data.name ?? file,
    book: { bids: bids.map(toOrder), offers: offers.map(toOrder) },
    gridFee: toUnits(fee, priceScale) ?? 0n,
    priceScale,
    quantityScale,
  }
}

/**
 * Refuses names that say nothing: of an order all others, of a case those that are nearly one which there is, for cases may
 * tell what is expected of them.
 */
function checkNames(file: string, path: PropertyKey[], json: unknown): void {
  const known = Object.keys(caseSchema.shape)
  for (const name of namesOf(json)) {
    const meant = known.includes(name) ? undefined : nearest(name, known)
    if (meant !== undefined) throw misspelt(file, [...path, name], meant)
  }
  for (const side of ['bids', 'offers']) {
    const orders = (json as Record<string, unknown> | null)?.[side]
    if (!Array.isArray(orders)) continue
    for (const [index, each] of orders.entries()) {
      const unknown = namesOf(each).find((name) => !ORDER_NAMES.includes(name))
      if (unknown === undefined) continue
      const meant = unknown === 'quantity' ? 'qty' : nearest(unknown, ORDER_NAMES)
      throw misspelt(file, [...path, side, index, unknown], meant)
    }
  }
}

function namesOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []
}

function misspelt(file: string, path: PropertyKey[], meant: string | undefined): ConfigError {
  const expected = meant === undefined ? `one of ${ORDER_NAMES.join(', ')}` : `\`${meant}\``
  return invalid(file, path, expected, 'a name that means nothing')
}

/** JSON, with the amounts as the texts that they are: a double would not hold every one of them. */
function parse(file: string, text: string): unknown {
  const keepDigits = (key: string, value: unknown, context: { source: string }) =>
    typeof value === 'number' && AMOUNTS.has(key) ? context.source : value
  try {
    return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1])
  } catch (cause) {
    throw invalid(file, [], 'a JSON text', cause instanceof Error ? cause.message : cause)
  }
}

/**
 * Names of the cases that a text has; none where it is a single one.
 *
 * @param file name of the text in errors
 * @throws ConfigError `BOOK_INVALID` when it is not JSON
 */
export function bookNames(file: string, text: string): string[] {
  return caseNames(parse(file, text))
}

function invalid(file: string, path: PropertyKey[], expected: unknown, received: unknown): ConfigError {
  return new ConfigError('BOOK_INVALID', 'The order book cannot be used.', {
    field: placeIn(file, path),
    expected,
    received,
    remedy: 'Correct the field; mesh market clear --help shows a small book.',
  })
}
