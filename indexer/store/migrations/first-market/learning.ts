import { sql } from 'kysely'

/** What the registry of learning rounds tells. */
export const learning = [
  sql`create table rounds (
    id text primary key, block int8 not null, "logIndex" int4 not null, "openedAt" int8 not null,
    "openedTx" text not null, status text not null, requester text not null, token text not null,
    reward numeric not null, "evaluationFee" numeric not null, "aggregationFee" numeric not null,
    "participantStake" numeric not null, "evaluatorStake" numeric not null, rule text not null,
    trim int4 not null, "maxParticipants" int4 not null, panel int4 not null, clip int8 not null,
    dimension int8 not null, "chunkSize" int4 not null, tolerance int8 not null, "commitUntil" numeric not null,
    "revealUntil" numeric not null, "attestUntil" numeric not null, "scoreUntil" numeric not null,
    "closeAt" numeric not null, "baseModel" text not null, "evaluationRoot" text not null,
    participants int4 not null, updates int4 not null, evaluators int4 not null, seats int4 not null,
    "settledAt" int8, "settledTx" text, "resultRoot" text, pool numeric, "byScore" boolean,
    claimed numeric not null)`,
  sql`create index "roundsPosition" on rounds (block, "logIndex")`,
  sql`create index "roundsRequester" on rounds (requester, block, "logIndex")`,
  sql`create index "modelsPosition" on rounds (block, "logIndex") where "resultRoot" is not null`,
  sql`create index "modelsBase" on rounds ("baseModel", block, "logIndex") where "resultRoot" is not null`,
  sql`create table updates (
    id text not null, place int4 not null, "committedAt" int8 not null, status text not null,
    "agentId" numeric not null, participant text not null, owner text not null, commitment text not null,
    "updateRoot" text, "contentId" text, original boolean, reward numeric, primary key (id, place))`,
  sql`create table results (
    id text not null, "resultRoot" text not null, "proposedAt" int8 not null, "agentId" numeric not null,
    "contentId" text not null, refuted boolean not null, primary key (id, "resultRoot"))`,
]
