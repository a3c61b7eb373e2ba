import { sql } from 'kysely'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Tx } from './store.ts'
import type { ApiKeyRow, SignInRow } from './tables/keys.ts'

/** Most keys of one owner that can be used at a time. */
export const MAX_KEYS_PER_OWNER = 16
/** Most keys that are kept, and most nonces; the oldest give way. */
const MAX_KEYS = 1_000_000
const MAX_SIGN_INS = 10_000

/** Keeps a nonce until it is used or expires. */
export async function addSignIn(tx: Tx, row: SignInRow, now: number): Promise<void> {
  await tx.deleteFrom('signIns').where('expiresAt', '<=', now).execute()
  await tx.insertInto('signIns').values(row).execute()
  await sql`delete from "signIns" where nonce in
    (select nonce from "signIns" order by "expiresAt" desc offset ${MAX_SIGN_INS})`.execute(tx)
}

/** Takes a nonce, of two who do at the same time for one of them; undefined when it cannot be used. */
export function takeSignIn(tx: Tx, nonce: string, now: number): Promise<SignInRow | undefined> {
  return tx
    .deleteFrom('signIns')
    .where('nonce', '=', nonce)
    .where('expiresAt', '>', now)
    .returningAll()
    .executeTakeFirst()
}

/** Keeps a key. @returns whether its owner may have one more */
export async function addKey(tx: Tx, row: ApiKeyRow): Promise<boolean> {
  await tx.deleteFrom('apiKeys').where('expiresAt', '<=', row.createdAt).execute()
  if ((await readKeys(tx, row.owner, row.createdAt)).length >= MAX_KEYS_PER_OWNER) return false
  await tx.insertInto('apiKeys').values(row).execute()
  await sql`delete from "apiKeys" where "createdAt" <=
    (select "createdAt" from "apiKeys" order by "createdAt" desc offset ${MAX_KEYS} limit 1)`.execute(tx)
  return true
}

/** The key of a hash, undefined when there is none that can be used. */
export function readKey(tx: Tx, hash: Hex, now: number): Promise<ApiKeyRow | undefined> {
  return tx
    .selectFrom('apiKeys')
    .selectAll()
    .where('hash', '=', hash)
    .where('expiresAt', '>', now)
    .executeTakeFirst()
}

/** An owner's keys that can be used, newest first. */
export function readKeys(tx: Tx, owner: Address, now: number): Promise<ApiKeyRow[]> {
  return tx
    .selectFrom('apiKeys')
    .selectAll()
    .where('owner', '=', owner)
    .where('expiresAt', '>', now)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .execute()
}

/** @returns whether its owner had such a key */
export async function deleteKey(tx: Tx, owner: Address, id: string): Promise<boolean> {
  const rows = await tx
    .deleteFrom('apiKeys')
    .where('owner', '=', owner)
    .where('id', '=', id)
    .returning('id')
    .execute()
  return rows.length > 0
}

/**
 * Whether an address owns, or speaks for, an agent behind which its owner's stake is at least as much as any domain asks for
 * (`MeshDirectory`'s admissions): what is on its way out does not count.
 *
 * @param escrow the module that the stake is for
 */
export async function isStaked(tx: Tx, address: Address, escrow: Address): Promise<boolean> {
  const { rows } = await sql<{ staked: boolean }>`
    select exists (
      select from agents join stakes on stakes."agentId" = agents."agentId" and stakes.depositor = agents.owner
      where (agents.owner = ${address} or (agents.wallet = ${address} and agents.bound)) and stakes.module = ${escrow}
        and stakes.staked > stakes.queued
        and stakes.staked - stakes.queued >= coalesce(
          (select max((value->>'minStake')::numeric) from parameters where kind = 'admission'), 0)
    ) as staked`.execute(tx)
  return rows[0]?.staked ?? false
}
