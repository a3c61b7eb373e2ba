import { sql } from 'kysely'

/** Who may ask more often than anybody. */
export const keys = [
  sql`create table "apiKeys" (
    hash text primary key, id text not null, owner text not null, name text not null, "createdAt" int8 not null,
    "expiresAt" int8 not null)`,
  sql`create index "apiKeysOwner" on "apiKeys" (owner, "createdAt")`,
  sql`create index "apiKeysCreated" on "apiKeys" ("createdAt")`,
  sql`create table "signIns" (
    nonce text primary key, owner text not null, name text not null, lifetime int8 not null, "expiresAt" int8 not null)`,
  sql`create index "signInsExpiry" on "signIns" ("expiresAt")`,
]
