import { sql } from 'kysely'

/** What governor and directory tell. */
export const governance = [
  sql`create table proposals (
    "proposalId" numeric primary key, block int8 not null, "logIndex" int4 not null, "createdAt" int8 not null,
    "createdTx" text not null, proposer text not null, description text, actions jsonb,
    "voteStart" numeric not null, "voteEnd" numeric not null, "votesAgainst" numeric not null,
    "votesFor" numeric not null, "votesAbstain" numeric not null, voters int8 not null, outcome text,
    eta numeric, "decidedAt" int8)`,
  sql`create index "proposalsPosition" on proposals (block, "logIndex")`,
  sql`create table votes (
    "proposalId" numeric not null, voter text not null, block int8 not null, "logIndex" int4 not null,
    "castAt" int8 not null, tx text not null, support text not null, weight numeric not null, reason text,
    primary key ("proposalId", voter))`,
  sql`create index "votesPosition" on votes ("proposalId", block, "logIndex")`,
  sql`create table parameters (
    kind text not null, key text not null, version int8 not null, block int8 not null, "logIndex" int4 not null,
    "changedAt" int8 not null, tx text not null, value jsonb not null, primary key (kind, key, version))`,
  sql`create index "parametersPosition" on parameters (block, "logIndex")`,
]
