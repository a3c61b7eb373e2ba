import { gridDisk } from 'h3-js'
import pg from 'pg'
import { readCursor, readProgress } from '../../indexer/store/progress.ts'
import { Store } from '../../indexer/store/store.ts'
import { eachContract, type NetworkDescriptor } from '../../protocol/deployment.ts'
import { further } from './fill-further.ts'

/** How much there is to list. */
const AGREEMENTS = 1_000_000
export const AGENTS = 100_000
const INTENTS = 10_000
/** Agreements of a block. */
const PER_BLOCK = 50
const AREA = '871f8d099ffffff'
/** Where intents are. */
export const AREAS = gridDisk(AREA, 3)

const LAST_BLOCK = {
  number: AGREEMENTS / PER_BLOCK + 3,
  hash: `0x${'22'.repeat(32)}` as const,
  timestamp: 1_800_000_000,
}
const contract = addressOf(999_999)

/** A network of which there is nothing but its index. */
export const network: NetworkDescriptor = {
  deployment: {
    chainId: 31_337,
    genesisHash: `0x${'11'.repeat(32)}`,
    salt: `0x${'33'.repeat(32)}`,
    fromBlock: 1,
    contracts: eachContract(contract, contract),
  },
  rpcUrl: 'http://127.0.0.1:1',
  bootstrapPeers: [],
  area: AREA,
}

/** Address of agent `n`: mixed case is only how it is shown, so this one has digits alone. */
export function addressOf(n: number): `0x${string}` {
  return `0x${String(n).padStart(40, '0')}`
}

/** As `addressOf`, of an SQL expression. */
const address = (n: string) => `'0x' || lpad((${n})::int::text, 40, '0')`
const hash = (text: string) => `'0x' || md5(${text}) || md5('x' || ${text})`

/**
 * Who deals: half of all agreements are those of a hundredth of the agents, and agent 0 buys one in twenty, half of them of
 * agent 1, so that some filters match much and most match little.
 */
const buyer = address(`case when i % 20 = 0 then 0 when i % 2 = 0 then h1 % 1000 else h1 % ${AGENTS} end`)
const seller = address(
  `case when i % 10 = 5 or i % 40 = 0 then 1 when i % 2 = 0 then h2 % 1000 else h2 % ${AGENTS} end`,
)
/** One in a thousand is disputed, and so on: statuses are as rare as they are on a market that works. */
const status = `case when i % 1000 = 7 then 'disputed' when i % 500 = 3 then 'cancelled' when i % 200 = 9 then 'refunded'
  when i > ${AGREEMENTS} - 2000 then 'open' else 'settled' end`

const statements = [
  `insert into agents select i, ${address('i')}, ${address('i')}, true, 'https://agents.example/' || i, i / 50, i % 50,
     1700000000 + i, ${hash('i::text')}, 'home ' || i || case when i % 1000 = 0 then ' roof' else '' end,
     (i % 1000)::numeric * 1e15, i % 7, i % 9, 1, 1 from generate_series(0, ${AGENTS - 1}) i`,
  `insert into stakes select i, ${address('i')}, '${contract}', 500000000, 1000, 0, 0
     from generate_series(0, ${AGENTS - 1}) i`,
  `insert into agreements (id, status, block, "logIndex", buyer, payer, seller, payout, token, staker, "agentId", exposure,
       quantity, price, lot, "feeBps", "penaltyBps", "relayFee", expiry, deadline, "intentHash", "termsHash", nonce,
       conditions, "openedAt", "openedTx", "endedBlock", "endedIndex", "endedAt", "endedTx", received, fee, refunded,
       slashed, evidence, traded)
     select ${hash('i::text')}, status, i / ${PER_BLOCK}, i % ${PER_BLOCK}, buyer, buyer, seller, seller,
       '${contract}', seller, h2 % ${AGENTS}, 1000, 100 + i % 5000, 150000 + i % 100000, 1000, 25, 2000, 0,
       1800000000, 1800003000, ${hash("'i' || i")}, ${hash("'t' || i")}, i, ${hash("'c' || i")}, 1700000000 + i,
       ${hash("'o' || i")}, ended, case when ended is null then null else i % ${PER_BLOCK} end,
       case when ended is null then null else 1700000600 + i end, case when ended is null then null else ${hash("'e' || i")} end,
       63392, 158, 0, 0, ${hash("'v' || i")}, case when status = 'settled' then 100 + i % 5000 end
     from (select i, ${buyer} as buyer, ${seller} as seller, ${status} as status, h2,
         case when ${status} in ('open', 'disputed') then null else i / ${PER_BLOCK} + 3 end as ended
       from (select i, abs(hashint4(i)) as h1, abs(hashint4(-i)) as h2 from generate_series(1, ${AGREEMENTS}) i) n) a`,
  `insert into "statusTotals" select status, count(*) from agreements group by status`,
  `insert into "tokenTotals" (token, trades, energy, "energyVolume", volume, fees, collected)
     select token, count(*), sum(traded), sum(received + fee), sum(received + fee), sum(fee), 0 from agreements
     where traded is not null group by token`,
  `insert into intents (hash, agent, side, capability, area, quantity, price, lot, start, "end", expiry, nonce, endpoints,
       signature, "heardAt", attributes, cells)
     select ${hash("'n' || i")}, ${address('i / 10')}, case when i % 2 = 0 then 'buy' else 'sell' end,
       case when i % 3 = 0 then 'ride.drive' else 'energy.supply' end, ('{${AREAS}}'::text[])[1 + i % ${AREAS.length}],
       400, 190000, 1000, 1800000000, 1800000900, 32503680000, i, array['/ip4/127.0.0.1/udp/4001/quic-v1'],
       '0x' || repeat('ab', 65), 1700000000000 + i, '[]', array[('{${AREAS}}'::text[])[1 + i % ${AREAS.length}]]
     from generate_series(1, ${INTENTS}) i`,
  `insert into capabilities select ${address('i')}, ${hash("'k' || i")}, i,
     array[case when i % 500 = 0 then 'ride.drive' else 'energy.supply' end], '[]', '${AREA}', array['${AREA}'],
     array['/ip4/127.0.0.1/udp/4001/quic-v1'], 1700000000, 32503680000, '0x' || repeat('ab', 65)
     from generate_series(0, 9999) i`,
  ...further({ address, hash, contract, areas: AREAS, agents: AGENTS, agreements: AGREEMENTS }),
]

/** Fills a PostgreSQL, unless an earlier benchmark has. The store that is returned is its only writer. */
export async function fill(database: string): Promise<Store> {
  const store = await Store.open({ database })
  const cursor = await store.transaction((tx) => readCursor(tx, network.deployment))
  if (cursor === undefined) await insert(database)
  await store.elect()
  await store.write((tx) => readProgress(tx, network.deployment, LAST_BLOCK))
  return store
}

async function insert(database: string): Promise<void> {
  const client = new pg.Client(database)
  await client.connect()
  // Indexes that are made afterwards take a fraction of the time.
  const { rows } = await client.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where tablename = 'agreements' and indexname not like '%pkey'`,
  )
  for (const { name } of rows) await client.query(`drop index "${name}"`)
  for (const statement of statements) await client.query(statement)
  for (const { definition } of rows) await client.query(definition)
  await client.query('vacuum analyze')
  await client.end()
}
