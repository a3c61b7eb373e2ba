import { sql } from 'kysely'

/** What the registries of reputation and validation tell. */
export const reputation = [
  sql`create table feedback (
    "agentId" numeric not null, client text not null, index numeric not null, block int8 not null,
    "logIndex" int4 not null, "givenAt" int8 not null, tx text not null, value numeric not null,
    decimals int4 not null, tag1 text, tag2 text, endpoint text, uri text, hash text not null,
    revoked boolean not null, responses int8 not null, agreement text, owner text, weight numeric, rating int4,
    primary key ("agentId", client, index))`,
  sql`create index "feedbackPosition" on feedback ("agentId", block, "logIndex")`,
  sql`create index "feedbackSettled" on feedback ("agentId", block, "logIndex") where agreement is not null`,
  sql`create index "feedbackUnsettled" on feedback ("agentId", block, "logIndex") where agreement is null`,
  sql`create table credits (
    "agentId" numeric not null, owner text not null, weight numeric not null, points numeric not null,
    primary key ("agentId", owner))`,
  sql`create table validations (
    "requestHash" text primary key, block int8 not null, "logIndex" int4 not null, "agentId" numeric not null,
    validator text not null, "requestUri" text, "requestedAt" int8 not null, response int4, "responseUri" text,
    "responseHash" text, tag text, "answeredAt" int8)`,
  sql`create index "validationsAgent" on validations ("agentId", block, "logIndex")`,
]
