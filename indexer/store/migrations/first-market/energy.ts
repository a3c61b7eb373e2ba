import { sql } from 'kysely'

/** What the clearing house tells: markets, members, slots and orders. */
export const energy = [
  sql`create table "energyMarkets" (
    market text primary key, block int8 not null, "logIndex" int4 not null, "createdAt" int8 not null,
    "createdTx" text not null, admin text not null, token text not null, attester text not null,
    balancing text not null, "feeAccount" text not null, "slotLength" int4 not null, "gateLead" int4 not null,
    "readingWindow" int4 not null, "minPrice" numeric not null, "maxPrice" numeric not null,
    "retailPrice" numeric not null, "excessPrice" numeric not null, capacity numeric not null,
    members int8 not null, slots int8 not null, cleared int8 not null, orders int8 not null,
    traded numeric not null, volume numeric not null, fees numeric not null)`,
  sql`create index "energyMarketsPosition" on "energyMarkets" (block, "logIndex")`,
  sql`create table "energyMembers" (
    market text not null, account text not null, block int8 not null, "logIndex" int4 not null,
    admitted boolean not null, tariff numeric not null, meter text, primary key (market, account))`,
  sql`create index "energyMembersPosition" on "energyMembers" (block, "logIndex")`,
  sql`create index "energyMembersMarket" on "energyMembers" (market, block, "logIndex")`,
  sql`create index "energyMembersAccount" on "energyMembers" (account, block, "logIndex")`,
  sql`create table "energySlots" (
    market text not null, slot numeric not null, block int8 not null, "logIndex" int4 not null,
    gate numeric not null, start numeric not null, "end" numeric not null, orders int4 not null,
    demand numeric not null, supply numeric not null, "clearedAt" int8, "clearedTx" text, price numeric,
    traded numeric, volume numeric, fees numeric, root text, voided int4, reserved numeric not null,
    missing numeric not null, excess numeric not null, primary key (market, slot))`,
  sql`create index "energySlotsPosition" on "energySlots" (block, "logIndex")`,
  sql`create index "energySlotsMarket" on "energySlots" (market, block, "logIndex")`,
  sql`create index "energySlotsUncleared" on "energySlots" (block, "logIndex") where "clearedAt" is null`,
  sql`create index "energySlotsMarketUncleared" on "energySlots" (market, block, "logIndex")
    where "clearedAt" is null`,
  sql`create index "energySlotsEnd" on "energySlots" ("end") where "clearedAt" is null`,
  sql`create index "energyPrices" on "energySlots" (market, start) where "clearedAt" is not null`,
  sql`create table "energyOrders" (
    market text not null, slot numeric not null, account text not null, place int4 not null,
    block int8 not null, "logIndex" int4 not null, "submittedAt" int8 not null, "submittedTx" text not null,
    side text not null, tariff numeric not null, steps jsonb not null, voided boolean, filled numeric,
    amount numeric, reserved numeric, "settledAt" int8, "settledTx" text, credited numeric, deviation numeric,
    primary key (market, slot, account))`,
  sql`create index "energyOrdersPosition" on "energyOrders" (block, "logIndex", place)`,
  sql`create index "energyOrdersMarket" on "energyOrders" (market, block, "logIndex", place)`,
  sql`create index "energyOrdersAccount" on "energyOrders" (account, block, "logIndex", place)`,
]
