import { sql } from 'kysely'

/** Whom the index tells of events by itself. Times are Unix milliseconds. */
export const webhooks = [
  sql`create table webhooks (
    id text primary key, owner text not null, url text not null, filter text not null, secret text not null,
    "createdAt" int8 not null, "confirmedAt" int8, "disabledAt" int8, failures int4 not null, "failingSince" int8,
    "dueAt" int8 not null, error text)`,
  sql`create index "webhooksOwner" on webhooks (owner)`,
  sql`create table "webhookDeliveries" (
    sequence int8 generated always as identity primary key, webhook text not null, event text not null,
    type text not null, body text not null, "createdAt" int8 not null, attempts int4 not null, error text, "diedAt" int8)`,
  sql`create index "webhookDeliveriesWaiting" on "webhookDeliveries" (webhook, sequence) where "diedAt" is null`,
  sql`create index "webhookDeliveriesDead" on "webhookDeliveries" (webhook, sequence) where "diedAt" is not null`,
  sql`create table "webhookPlace" (singleton boolean primary key default true check (singleton), place int8 not null)`,
  sql`create table "webhookRequests" (digest text primary key, expiry int8 not null)`,
]
