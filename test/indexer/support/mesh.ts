import { EventEmitter } from 'node:events'
import type { HDAccount } from 'viem/accounts'
import type { Gateway, ReceivedCapability, ReceivedIntent } from '../../../indexer/index.ts'
import { capabilityOf } from '../../../protocol/capability.ts'
import { type Deployment, meshDomain } from '../../../protocol/deployment.ts'
import { hashCapabilityRecord, hashIntent } from '../../../protocol/eip712.ts'
import { signDigest } from '../../../protocol/signature.ts'
import type { CapabilityRecord, Hex, Intent } from '../../../protocol/types.ts'

/** Hands messages over as a mesh node does: signed and verified. The tests say what is heard, and when. */
export class Loudspeaker implements Gateway {
  readonly #events = new EventEmitter<{ intent: [ReceivedIntent]; capability: [ReceivedCapability] }>()
  readonly #deployment: Deployment
  readonly #intents: ReceivedIntent[] = []
  readonly #records: ReceivedCapability[] = []
  #nonce = 1n

  constructor(deployment: Deployment) {
    this.#deployment = deployment
  }

  subscribeToIntents(fn: (intent: ReceivedIntent) => void): () => void {
    this.#events.on('intent', fn)
    return () => this.#events.off('intent', fn)
  }

  subscribeToCapabilities(fn: (record: ReceivedCapability) => void): () => void {
    this.#events.on('capability', fn)
    return () => this.#events.off('capability', fn)
  }

  /** What it said so far. */
  openIntents(): ReceivedIntent[] {
    return [...this.#intents]
  }

  records(): ReceivedCapability[] {
    return [...this.#records]
  }

  intent(maker: HDAccount, draft: Partial<Intent> = {}): ReceivedIntent {
    const now = BigInt(Math.floor(Date.now() / 1000))
    const nonce = this.#nonce++
    const value: Intent = {
      agent: maker.address,
      side: 'buy',
      capability: 'energy.supply',
      area: '881f8d4a49fffff',
      quantity: 400n,
      price: 190_000n,
      lot: 1000n,
      start: now + nonce * 900n,
      end: now + (nonce + 1n) * 900n,
      expiry: now + 600n,
      nonce,
      endpoints: ['/ip4/127.0.0.1/udp/4001/quic-v1'],
      attributes: [
        { name: 'source', type: 'set', values: ['solar'] },
        { name: 'wait', type: 'range', min: 0n, max: 600n },
      ],
      ...draft,
    }
    const hash = hashIntent(meshDomain(this.#deployment), value)
    const received = { value, hash, signature: sign(maker, hash) }
    this.#intents.push(received)
    this.#events.emit('intent', received)
    return received
  }

  /** Says once more what was said before, as gossip may. */
  repeat(intent: ReceivedIntent): void {
    this.#events.emit('intent', intent)
  }

  capability(maker: HDAccount, draft: Partial<CapabilityRecord> = {}): ReceivedCapability {
    const now = BigInt(Math.floor(Date.now() / 1000))
    const value: CapabilityRecord = {
      agent: maker.address,
      agentId: 1n,
      capabilities: [capabilityOf('energy.supply')],
      area: '881f8d4a49fffff',
      endpoints: ['/ip4/127.0.0.1/udp/4001/quic-v1'],
      issuedAt: now,
      expiry: now + 600n,
      ...draft,
    }
    const hash = hashCapabilityRecord(meshDomain(this.#deployment), value)
    const received = { value, hash, signature: sign(maker, hash) }
    this.#records.push(received)
    this.#events.emit('capability', received)
    return received
  }
}

function sign(maker: HDAccount, hash: Hex): Hex {
  const { privateKey } = maker.getHdKey()
  if (privateKey === null) throw new Error('the account has no key')
  return signDigest(privateKey, hash)
}
