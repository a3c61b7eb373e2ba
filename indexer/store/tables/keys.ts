import type { Address, Hex } from '../../../protocol/types.ts'

/** An API key: what is kept of it lets nobody use it. */
export interface ApiKeyRow {
  /** SHA-256 of the key. */
  hash: Hex
  /** By which its owner speaks of it. */
  id: string
  owner: Address
  name: string
  /** Unix milliseconds. */
  createdAt: number
  expiresAt: number
}

/** That somebody is about to sign in. */
export interface SignInRow {
  nonce: string
  /** Who is to sign. */
  owner: Address
  /** Of the key that is made then. */
  name: string
  lifetime: number
  /** Unix milliseconds until which the nonce can be used. */
  expiresAt: number
}

/** What does not follow from the chain, and is forgotten with no chain. */
export interface KeyTables {
  apiKeys: ApiKeyRow
  signIns: SignInRow
}
