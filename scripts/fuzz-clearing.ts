/**
 * Clears random books by the contracts' library and by its twin, and compares every figure of them. The library begins
 * at a random price, the twin knows none:
 *
 *     node scripts/fuzz-clearing.ts --books 1000000 --seed 7
 */
import { parseArgs } from 'node:util'
import { toFunctionSelector } from 'viem'
import { clearSlot, packBook } from '../agent/index.ts'
import { readArtifact } from './deploy/artifact.ts'
import { type Evm, startEvm } from './fuzz-clearing/evm.ts'
import { type Book, randomBook, randomFrom } from './fuzz-clearing/random-book.ts'

const SELECTOR = toFunctionSelector('clearMany(uint256[])')
/** Books in one call. */
const BATCH = 200

/** Hexadecimal digits of a word. */
const WORD = 64

/** What a run came to. */
export interface FuzzReport {
  books: number
  orders: number
  /** Books in which something changed hands. */
  traded: number
  /** Books with an order that was void. */
  withVoids: number
  /** Books whose price the library was told. */
  hinted: number
  /** What differed, with the book that showed it; empty when all is well. */
  differences: string[]
}

/**
 * Compares contract and twin on random books, in an EVM of their own.
 *
 * @param books how many
 * @param seed of the random numbers, which says which books
 * @throws ConfigError `CONTRACT_NOT_COMPILED` when the contracts have not been compiled.
 *
 * @example
 * ```ts
 * (await fuzzClearing(1000, 7)).differences // []
 * ```
 */
export async function fuzzClearing(books: number, seed: number): Promise<FuzzReport> {
  await using evm = await startEvm(readArtifact('mocks/ClearingHarness.sol').deployedBytecode)
  const report: FuzzReport = { books, orders: 0, traded: 0, withVoids: 0, hinted: 0, differences: [] }
  const random = randomFrom(seed)
  for (let done = 0; done < books && report.differences.length === 0; done += BATCH) {
    const batch = Array.from({ length: Math.min(BATCH, books - done) }, () => randomBook(random))
    await compare(batch, report, evm)
  }
  return report
}

async function compare(batch: readonly Book[], report: FuzzReport, evm: Evm): Promise<void> {
  const cases: string[] = []
  const expected: string[] = []
  for (const { orders, balances, rules, hint } of batch) {
    const book = packBook(orders)
    const { price, quantity, fills, deltas, reserves, fees, voided } = clearSlot(orders, balances, rules)
    const { minPrice, maxPrice, retailPrice } = rules
    const sizes = [BigInt(orders.length), BigInt(book.length)]
    cases.push(hex([minPrice, maxPrice, retailPrice, hint, ...sizes, ...balances, ...book]))
    expected.push(hex([price, quantity, ...fills, ...deltas, reserves, fees, ...bits(voided)]))
    report.orders += orders.length
    if (quantity !== 0n) report.traded += 1
    if (voided.includes(true)) report.withVoids += 1
    if (hint === price) report.hinted += 1
  }
  const answer = await evm.call(`${SELECTOR}${list(cases.join(''))}`)
  if (answer === `0x${list(expected.join(''))}`) return
  report.differences.push(describe(batch, expected, answer.slice(2 + 2 * WORD)))
}

/** The first book whose result is another than expected. */
function describe(batch: readonly Book[], expected: readonly string[], answer: string): string {
  let begin = 0
  for (const [index, result] of expected.entries()) {
    const received = answer.slice(begin, begin + result.length)
    if (received !== result) {
      const book = JSON.stringify(batch[index], (_, value) =>
        typeof value === 'bigint' ? `${value}` : value,
      )
      return `book ${book}\nexpected ${result}\nreceived ${received}`
    }
    begin += result.length
  }
  return `the answer is longer than expected by ${answer.length - begin} digits`
}

/** Bit i % 256 of word i / 256 for each that is true. */
function bits(flags: readonly boolean[]): bigint[] {
  const words = Array.from({ length: Math.ceil(flags.length / 256) }, () => 0n)
  for (const [index, flag] of flags.entries()) {
    if (flag) words[index >> 8] = (words[index >> 8] ?? 0n) | (1n << BigInt(index & 255))
  }
  return words
}

/** ABI encoding of a list of words that are encoded already, as the only argument or result. */
function list(words: string): string {
  return hex([32n, BigInt(words.length / WORD)]) + words
}

function hex(words: readonly bigint[]): string {
  return words.map((word) => BigInt.asUintN(256, word).toString(16).padStart(WORD, '0')).join('')
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { books: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
  })
  const start = performance.now()
  const report = await fuzzClearing(Number(values.books), Number(values.seed))
  const seconds = (performance.now() - start) / 1000
  const { books, orders, traded, withVoids, hinted, differences } = report
  console.log(
    `seed ${values.seed}: ${books} books, ${orders} orders, ${traded} books with trade, ${withVoids} with void ` +
      `orders, ${hinted} with the price for a hint; ${differences.length} differences; ${seconds.toFixed(1)} s`,
  )
  for (const difference of differences) console.log(difference)
  process.exitCode = differences.length === 0 ? 0 : 1
}
