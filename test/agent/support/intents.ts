import { identityFromKey } from '../../../agent/network/identity.ts'
import type { ReceivedIntent } from '../../../agent/protocols/intent-discovery/index.ts'
import { type Domain, hashIntent } from '../../../protocol/eip712.ts'
import type { Intent } from '../../../protocol/types.ts'

/** The time at which these tests play, Unix seconds. */
export const NOW = 1_750_000_000n

export const domain: Domain = {
  name: 'MESH',
  version: '1',
  chainId: 31337n,
  verifyingContract: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  salt: `0x${'5a'.repeat(32)}`,
}

export function newIdentity() {
  return identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
}

export const [alice, bob, carol] = [newIdentity(), newIdentity(), newIdentity()]

/** Alice's wish for 1 kWh in the next quarter of an hour, signed and received; `changes` before she signs. */
export function receivedIntent(changes: Partial<Intent> = {}, maker = alice): ReceivedIntent {
  const value: Intent = {
    agent: maker.address,
    side: 'buy',
    capability: 'energy.supply',
    area: '871faa8deffffff',
    quantity: 1000n,
    price: 146_000n,
    lot: 1000n,
    start: NOW,
    end: NOW + 900n,
    expiry: NOW + 30n,
    nonce: 1n,
    endpoints: [],
    attributes: [],
    ...changes,
  }
  const hash = hashIntent(domain, value)
  return { value, hash, signature: maker.sign(hash), peerId: maker.peerId }
}
