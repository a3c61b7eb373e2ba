import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'
import { disputes } from './first-market/disputes.ts'
import { energy } from './first-market/energy.ts'
import { governance } from './first-market/governance.ts'
import { keys } from './first-market/keys.ts'
import { learning } from './first-market/learning.ts'
import { reputation } from './first-market/reputation.ts'
import { webhooks } from './first-market/webhooks.ts'

/** `numeric` without precision throughout: a hostile token may report sums above 2^256, and the index must go on. */
const statements = [
  sql`create table progress (
    singleton boolean primary key default true check (singleton),
    "chainId" int8 not null, "genesisHash" text not null, escrow text not null,
    "blockNumber" int8 not null, "blockHash" text not null, "blockTime" int8 not null)`,
  sql`create table heartbeat (
    singleton boolean primary key default true check (singleton), head int8 not null,
    "polledAt" timestamptz not null, "levelAt" timestamptz not null)`,
  sql`create table blocks (number int8 primary key, hash text not null, timestamp int8 not null)`,
  sql`create table undo (
    "blockNumber" int8 not null, "tableName" text not null, "rowKey" text not null, old jsonb,
    primary key ("tableName", "rowKey", "blockNumber"))`,
  sql`create index "undoBlock" on undo ("blockNumber")`,
  sql`create table outbox (
    id int8 generated always as identity primary key, type text not null, topics text[] not null, data text not null)`,

  sql`create table agents (
    "agentId" numeric primary key, owner text not null, wallet text, bound boolean not null, uri text,
    "registeredBlock" int8 not null, "registeredIndex" int4 not null, "registeredAt" int8 not null,
    "registeredTx" text not null, text text not null, score numeric not null, counted int8 not null,
    feedbacks int8 not null, "scoreWeight" numeric not null, "scorePoints" numeric not null)`,
  sql`create index "agentsOwner" on agents (owner)`,
  sql`create index "agentsWallet" on agents (wallet)`,
  sql`create index "agentsScore" on agents (score)`,
  sql`create index "agentsText" on agents using gin (to_tsvector('simple', text))`,
  sql`create table stakes (
    "agentId" numeric not null, depositor text not null, module text not null, staked numeric not null,
    locked numeric not null, queued numeric not null, "availableAt" numeric not null,
    primary key ("agentId", depositor, module))`,

  sql`create table agreements (
    id text primary key, status text not null, block int8 not null, "logIndex" int4 not null,
    buyer text, payer text, seller text, payout text, token text, staker text, "agentId" numeric,
    exposure numeric, quantity numeric, price numeric, lot numeric, "feeBps" int4, "penaltyBps" int4,
    "relayFee" numeric, expiry numeric, deadline numeric, "intentHash" text, "termsHash" text, nonce numeric,
    conditions text, "openedAt" int8, "openedTx" text,
    claimed numeric, "deliveredAt" int8, "disputedAt" int8, contested numeric, arbitrator text,
    "endedBlock" int8, "endedIndex" int4, "endedAt" int8, "endedTx" text,
    received numeric, fee numeric, refunded numeric, slashed numeric, evidence text, "revokedBy" text,
    traded numeric)`,
  sql`create index "agreementsPosition" on agreements (block, "logIndex")`,
  sql`create index "agreementsBuyer" on agreements (buyer, block, "logIndex")`,
  sql`create index "agreementsSeller" on agreements (seller, block, "logIndex")`,
  sql`create index "agreementsParties" on agreements (buyer, seller, block, "logIndex")`,
  sql`create index "agreementsBuyerStatus" on agreements (buyer, status, block, "logIndex")`,
  sql`create index "agreementsSellerStatus" on agreements (seller, status, block, "logIndex")`,
  sql`create index "agreementsPartiesStatus" on agreements (buyer, seller, status, block, "logIndex")`,
  sql`create index "agreementsStatus" on agreements (status, block, "logIndex") include ("intentHash")`,
  sql`create index "agreementsIntent" on agreements ("intentHash")`,
  sql`create index "tradesPosition" on agreements ("endedBlock", "endedIndex") where traded is not null`,
  sql`create index "tradesBuyer" on agreements (buyer, "endedBlock", "endedIndex") where traded is not null`,
  sql`create index "tradesSeller" on agreements (seller, "endedBlock", "endedIndex") where traded is not null`,
  sql`create index "tradesParties" on agreements (buyer, seller, "endedBlock", "endedIndex")
    where traded is not null`,

  sql`create table accounts (
    token text not null, account text not null, deposited numeric not null, withdrawn numeric not null,
    spent numeric not null, earned numeric not null, primary key (token, account))`,
  sql`create table "statusTotals" (status text primary key, agreements int8 not null)`,
  sql`create table "tokenTotals" (
    token text primary key, trades int8 not null, quantity numeric not null, volume numeric not null,
    fees numeric not null, collected numeric not null)`,
  sql`create table "tradeSeries" (
    token text not null, interval text not null, start int8 not null, trades int8 not null,
    quantity numeric not null, volume numeric not null, fees numeric not null,
    primary key (token, interval, start))`,

  sql`create table intents (
    hash text primary key, sequence int8 generated always as identity unique, agent text not null,
    side text not null, capability text not null, area text not null, cells text[] not null,
    quantity numeric not null, price numeric not null, lot numeric not null, start numeric not null, "end" numeric not null,
    expiry numeric not null, nonce numeric not null, endpoints text[] not null, attributes jsonb not null,
    signature text not null, "heardAt" int8 not null)`,
  sql`create index "intentsExpiry" on intents (expiry)`,
  sql`create index "intentsCells" on intents using gin (cells)`,
  sql`create index "intentsAgent" on intents (agent, sequence)`,
  sql`create table offers (
    id text primary key, sequence int8 generated always as identity unique, "intentHash" text not null,
    buyer text not null, seller text not null, quantity numeric not null, price numeric not null, lot numeric not null,
    payment numeric not null, expiry numeric not null, deadline numeric not null, agreement jsonb not null,
    conditions jsonb not null, terms jsonb not null, signature text not null, "heardAt" int8 not null)`,
  sql`create index "offersIntent" on offers ("intentHash", sequence)`,
  sql`create index "offersExpiry" on offers (expiry)`,
  sql`create table "intentDomains" (
    hash text primary key, sequence int8 generated always as identity unique, domain text not null)`,
  sql`create table "rideRequests" (
    hash text primary key, sequence int8 generated always as identity unique, pickup text not null,
    cells text[] not null, dropoff text not null, seats int8 not null, earliest numeric not null,
    wait int8 not null, detour int8 not null, metres int8 not null, seconds int8 not null)`,
  sql`create index "rideRequestsCells" on "rideRequests" using gin (cells)`,
  sql`create table capabilities (
    agent text primary key, hash text not null, "agentId" numeric not null, names text[] not null,
    capabilities jsonb not null, area text not null, cells text[] not null, endpoints text[] not null, "issuedAt" numeric not null, expiry numeric not null,
    signature text not null)`,
  sql`create index "capabilitiesAgentId" on capabilities ("agentId")`,
  sql`create index "capabilitiesNames" on capabilities using gin (names)`,
  sql`create index "capabilitiesCells" on capabilities using gin (cells)`,
  ...disputes,
  ...energy,
  ...governance,
  ...keys,
  ...learning,
  ...reputation,
  ...webhooks,
]

/** Tables of the first market. */
export async function up(db: Kysely<Database>): Promise<void> {
  for (const statement of statements) await statement.execute(db)
  // Microseconds since 1970 as the first id: ids of an index that was deleted and made anew are all older, so that
  // a client that comes back with one is told to start over instead of getting the wrong continuation.
  await sql`alter table outbox alter column id restart with ${sql.lit(Date.now() * 1000)}`.execute(db)
}
