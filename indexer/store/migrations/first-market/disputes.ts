import { sql } from 'kysely'

/** What the arbitration tells. */
export const disputes = [
  sql`create table disputes (
    arbitrable text not null, id text not null, block int8 not null, "logIndex" int4 not null,
    "createdAt" int8 not null, "createdTx" text not null, status text not null, plaintiff text not null,
    defendant text not null, token text not null, amount numeric not null, bond numeric not null, matcher text,
    appellant text, "appealMatcher" text, evidence int8 not null, jurors jsonb not null, slashed int4 not null,
    "executedAt" int8, "defendantBps" int4, burned numeric, primary key (arbitrable, id))`,
  sql`create index "disputesPosition" on disputes (block, "logIndex")`,
  sql`create index "disputesStatus" on disputes (status, block, "logIndex")`,
  sql`create index "disputesPlaintiff" on disputes (plaintiff, block, "logIndex")`,
  sql`create index "disputesDefendant" on disputes (defendant, block, "logIndex")`,
  sql`create table evidence (
    arbitrable text not null, id text not null, number int8 not null, block int8 not null,
    "logIndex" int4 not null, "submittedAt" int8 not null, tx text not null, submitter text not null,
    evidence text not null, uri text, primary key (arbitrable, id, number))`,
]
