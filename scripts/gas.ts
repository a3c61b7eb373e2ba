/**
 * Prints what the market's transactions cost, against the limits that they must keep:
 *
 *     npm run gas
 *
 * Every row counts whole transactions, each in a block of its own. Ends with 1 when a row is above its limit.
 */
import { measureClearing } from '../test/contracts/ClearingHouse/gas.ts'
import { identityRows } from '../test/contracts/IdentityRegistry/gas.ts'
import { escrowRows } from '../test/contracts/IntentEscrow/gas.ts'
import { reputationRows } from '../test/contracts/ReputationRegistry/gas.ts'

/** Gas that a row may take. */
const LIMITS: Record<string, bigint> = {
  'open + settle, prefunded': 145_000n,
  'open + settle, EIP-3009': 190_000n,
  'trade, each of 50 in a batch': 32_000n,
  'submit + clear, per order': 25_000n,
  'register + bind a key': 260_000n,
  'repeat feedback, two tags': 130_000n,
  'repeat settled feedback': 130_000n,
  'repeat settled feedback, agent': 130_000n,
}

const rows = [
  ...(await escrowRows()),
  await measureClearing(),
  ...(await identityRows()),
  ...(await reputationRows()),
]
let above = 0
console.log(`${'transaction'.padEnd(34)}${'gas'.padStart(9)}${'limit'.padStart(9)}   accounts and encoding`)
for (const { row, gas, note } of rows) {
  const limit = LIMITS[row]
  const mark = limit !== undefined && gas > limit ? '!' : ' '
  if (mark === '!') above++
  console.log(
    `${row.padEnd(34)}${String(gas).padStart(9)}${String(limit ?? '-').padStart(9)} ${mark} ${note}`,
  )
}
if (above > 0) {
  console.error(`${above} of ${rows.length} rows are above their limit (!).`)
  process.exitCode = 1
}
