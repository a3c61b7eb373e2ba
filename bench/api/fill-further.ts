/**
 * What else there is to list, besides agents, intents and agreements: energy, rides, feedback, disputes, learning and
 * governance. Each has something that is rare, and something of which one has much.
 */

/** What the statements are made of. */
interface Names {
  /** SQL of an agent's address, of its number. */
  address(n: string): string
  /** SQL of 32 bytes, of a text. */
  hash(text: string): string
  contract: string
  areas: readonly string[]
  agents: number
  agreements: number
}

const MARKETS = 20
const SLOTS = 200_000
const ORDERS = 400_000
const FEEDBACK = 200_000
const DISPUTES = 50_000
const ROUNDS = 20_000
/** Of these as many are kept as the index keeps at most. */
const REQUESTS = 20_000
const OFFERS = 10_000
const PROPOSALS = 2_000
/** The newest block's time, in Unix seconds. */
const NOW = 1_800_000_000

/** Statements that fill the further tables. */
export function further({ address, hash, contract, areas, agents, agreements }: Names): string[] {
  const market = (n: string) => hash(`'m' || (${n})`)
  const area = (n: string) => `('{${areas}}'::text[])[1 + (${n}) % ${areas.length}]`
  const log = `i / 50 as block, i % 50 as "logIndex"`
  // One market in twenty has half of the slots, and the last one none that is newer than the first thousandth.
  const marketOf = `case when i % 2 = 0 then 0 when i < ${SLOTS / 1_000} then ${MARKETS - 1} else i % ${MARKETS - 1} end`
  return [
    `insert into "energyMarkets" select ${market('i')}, i, 0, 1700000000, ${hash("'o' || i")}, ${address('i')}, '${contract}',
       ${address('i')}, ${address('i')}, ${address('i')}, 900, 300, 3600, -500000, 1000000, 300000, 80000, 10000, 5000, 10000,
       9000, 20000, 1, 1, 1 from generate_series(0, ${MARKETS - 1}) i`,
    `insert into "energyMembers" select ${market(`i % ${MARKETS}`)}, ${address(`i / ${MARKETS}`)}, i / 50, i % 50, true, 5, null
       from generate_series(0, ${agents - 1}) i`,
    // One in ten slots lapsed; of the last hundred the gate is to come, or the delivery.
    `insert into "energySlots" select ${market('m')}, i, i / 50, i % 50, "end" - 1200, "end" - 900, "end", 2, 100, 100,
         ${['clearedAt', 'tx', 'price', 'traded', 'volume', 'fees', 'root', 'voided'].map((name) => `case when cleared then ${cellOf(name, hash)} end`)}, 0, 0, 0
       from (select i, ${marketOf} as m, ${NOW} - 10 * (${SLOTS} - i) + 600 as "end",
         i % 10 > 0 and i < ${SLOTS} - 100 as cleared from generate_series(0, ${SLOTS - 1}) i) s`,
    `insert into "energyOrders" select ${market('m')}, i / 2, ${address(`case when i % 2 = 0 then 0 else i % ${agents} end`)}, i % 2,
         i / 100, i / 2 % 50, 1700000000, ${hash("'x' || i")}, case when i % 2 = 0 then 'buy' else 'sell' end, 5,
         '[{"price":"100000","quantity":"100"}]', false, 100, 1000, 0, null, null, null, null
       from (select j as i, ${marketOf.replaceAll('i ', 'j / 2 ')} as m from generate_series(0, ${ORDERS - 1}) j) o`,
    `insert into "rideRequests" (hash, pickup, cells, dropoff, seats, earliest, wait, detour, metres, seconds)
       select ${hash(`'i' || (${agreements} - i * 10)`)}, ${area('i')}, array[${area('i')}], ${area('i + 1')}, 1, ${NOW}, 300, 600,
         4000, 700 from generate_series(1, ${REQUESTS}) i`,
    `insert into offers (id, "intentHash", buyer, seller, quantity, price, lot, payment, expiry, deadline, agreement, conditions,
         terms, signature, "heardAt") select ${hash("'q' || i")}, ${hash(`'n' || (case when i % 2 = 0 then 1 else i end)`)},
         ${address('1')}, ${address('i')}, 100, 190000, 1000, 19000, 32503680000, 32503680000, '{}', '{}', '{}',
         '0x' || repeat('ab', 65), 1700000000000 from generate_series(1, ${OFFERS}) i`,
    `insert into feedback select case when i % 2 = 0 then 1 else i % ${agents} end, ${address(`i % 5000`)}, i, ${log}, 1700000000,
         ${hash("'f' || i")}, 90, 0, 'quality', null, null, null, ${hash("'g' || i")}, false, 0,
         ${`case when i % 1000 = 0 then ${hash("'a' || i")} end`}, null, null, null from generate_series(1, ${FEEDBACK}) i`,
    `insert into validations select ${hash("'v' || i")}, ${log}, case when i % 2 = 0 then 1 else i % ${agents} end, ${address('i')},
         null, 1700000000, 80, null, null, null, 1700000100 from generate_series(1, ${FEEDBACK / 10}) i`,
    `insert into disputes select '${contract}', ${hash("'d' || i")}, ${log}, 1700000000, ${hash("'e' || i")},
         case when i % 1000 = 0 then 'open' when i % 50 = 0 then 'silent' else 'ruled' end,
         ${address(`case when i % 2 = 0 then 0 else i % ${agents} end`)}, ${address(`case when i % 3 = 0 then 1 else i % ${agents} end`)},
         '${contract}', 1000, 10, null, null, null, 2, '[]', 0, null, null, null from generate_series(1, ${DISPUTES}) i`,
    `insert into evidence select '${contract}', ${hash("'d' || i")}, 0, ${log}, 1700000000, ${hash("'e' || i")}, ${address('i')},
         ${hash("'h' || i")}, null from generate_series(1, ${DISPUTES}) i`,
    `insert into rounds select ${hash("'r' || i")}, ${log}, 1700000000, ${hash("'o' || i")},
         case when i % 5 = 0 then 'open' else 'settled' end, ${address(`case when i % 2 = 0 then 0 else i % ${agents} end`)},
         '${contract}', 1000, 10, 10, 10, 10, 'clipped-mean', 0, 20, 5, 1000, 1000, 100, 1, 1, 1, 1, 1, 1,
         ${hash('(i % 100)::text')}, ${hash("'w' || i")}, 3, 3, 3, 3, null, null,
         case when i % 5 > 0 then ${hash("'z' || i")} end, null, null, 0 from generate_series(1, ${ROUNDS}) i`,
    `insert into updates select ${hash("'r' || i")}, place, 1700000000, 'revealed', i, ${address('i')}, ${address('i')},
         ${hash("'c' || i")}, null, null, true, null from generate_series(1, ${ROUNDS}) i, generate_series(0, 2) place`,
    `insert into results select ${hash("'r' || i")}, ${hash("'z' || i")}, 1700000000, i, 'content', false
       from generate_series(1, ${ROUNDS}) i`,
    `insert into proposals select i, ${log}, 1700000000, ${hash("'p' || i")}, ${address('i')}, 'a proposal', '[]', 1, 2, 0, 50, 0,
         50, null, null, null from generate_series(1, ${PROPOSALS}) i`,
    `insert into votes select p, ${address('v')}, p, v, 1700000000, ${hash('v::text')}, 'for', 1, null
       from generate_series(1, ${PROPOSALS}) p, generate_series(1, 50) v`,
    `insert into parameters select case when i % 100 = 0 then 'spam' else 'contract' end, ${hash("'y' || i")}, 1, ${log}, 1700000000,
         ${hash("'p' || i")}, '{}' from generate_series(1, 2000) i`,
  ]
}

/** What a column of a cleared slot has. */
function cellOf(column: string, hash: Names['hash']): string {
  if (column === 'clearedAt') return '1700000000'
  return column === 'tx' || column === 'root' ? hash("'l' || i") : '100'
}
