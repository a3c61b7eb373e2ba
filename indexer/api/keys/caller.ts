import type { RequestHandler } from 'express'
import type { Address, Hex } from '../../../protocol/types.ts'
import { isStaked, readKey } from '../../store/keys.ts'
import type { Store } from '../../store/store.ts'
import type { Tier } from '../limits/rates.ts'
import { ApiError } from '../problem.ts'
import type { Asker } from '../route.ts'
import { groupOf } from '../shares.ts'
import { hashOfBearer } from './api-key.ts'
import { Tries } from './tries.ts'

/** Milliseconds for which a key counts as it did, unless something is heard of a write. */
const MEMORY = 5_000
/** Most keys that are remembered. */
const MAX_REMEMBERED = 10_000
/** How often in a minute an address may try keys that are none: each costs a look into the database, whatever is free otherwise. */
const MAX_TRIES = 100

/** Who sends a request. */
export interface Caller {
  tier: Tier
  /** Undefined without a key. */
  owner?: Address
  /** Whether a key was sent that is none. */
  isUnknown?: true
}

const ANONYMOUS: Caller = { tier: 'anonymous' }
const UNKNOWN: Caller = { tier: 'anonymous', isUnknown: true }

const callers = new WeakMap<Asker, Caller>()

/** Who sends a request, as far as its key tells. */
export function callerOf(request: Asker): Caller {
  return callers.get(request) ?? ANONYMOUS
}

/**
 * Finds out who sends a request; who sends a key that does not count is anonymous, and {@link refuseUnknown} says so. Refuses those who
 * try one such key after the other.
 */
export function identify(store: Store, escrow: () => Address): RequestHandler {
  /** Keys that counted when they were looked up, after so many writes. */
  const remembered = new Map<Hex, { caller: Caller; until: number; writes: number }>()
  const tries = new Tries(MAX_TRIES)
  let writes = 0
  store.events.on('change', () => {
    writes += 1
  })
  return async (request, _response, next) => {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      callers.set(request, await callerBy(authorization, groupOf(request.socket.remoteAddress)))
    }
    next()
  }

  async function callerBy(authorization: string, group: string): Promise<Caller> {
    const hash = hashOfBearer(authorization)
    if (hash === undefined) return UNKNOWN
    const known = remembered.get(hash)
    if (known !== undefined && known.writes === writes && known.until > Date.now()) return known.caller
    // Whoever shares an address with one that guesses keys is looked up all the same, when he was known once.
    if (known === undefined && tries.areUsedUp(group)) throw tooManyKeys()
    const lookedUp = { writes, until: Date.now() + MEMORY }
    const caller = await readCaller(hash)
    remembered.delete(hash)
    if (caller === UNKNOWN) {
      tries.add(group)
      return caller
    }
    const [oldest] = remembered.keys()
    if (oldest !== undefined && remembered.size >= MAX_REMEMBERED) remembered.delete(oldest)
    remembered.set(hash, { caller, ...lookedUp })
    return caller
  }

  function readCaller(hash: Hex): Promise<Caller> {
    return store.transaction(async (tx) => {
      const key = await readKey(tx, hash, Date.now())
      if (key === undefined) return UNKNOWN
      const tier = (await isStaked(tx, key.owner, escrow())) ? 'staked' : 'signed-in'
      return { tier, owner: key.owner }
    })
  }
}

function tooManyKeys(): ApiError {
  return new ApiError(429, 'KEYS_UNKNOWN', 'Too many API keys that are none were sent from this address.', {
    field: 'Authorization',
    expected: `at most ${MAX_TRIES} unknown keys a minute`,
    remedy: 'Wait a minute, then send a key that was issued here, or none.',
  })
}

/** Refuses a key that is none, so that nobody takes himself for somebody. */
export const refuseUnknown: RequestHandler = (request, _response, next) => {
  if (!callerOf(request).isUnknown) return next()
  throw new ApiError(401, 'KEY_UNKNOWN', 'The API key is not known here.', {
    field: 'Authorization',
    expected: '`Bearer mesh_…`, a key that was issued here, and has neither expired nor been revoked',
    remedy: 'Make a new one by POST /v1/keys/prepare, or send none.',
  })
}

/** Whose key a request is sent with. @throws ApiError 401 without one */
export function ownerOf(request: Asker): Address {
  const { owner } = callerOf(request)
  if (owner !== undefined) return owner
  throw new ApiError(401, 'KEY_MISSING', 'This is told to the owner of a key.', {
    field: 'Authorization',
    expected: '`Bearer mesh_…`',
    received: 'none',
    remedy: 'Send a key; POST /v1/keys/prepare begins to make one.',
  })
}
