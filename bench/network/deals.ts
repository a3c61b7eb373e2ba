import type { Deal } from '../../agent/index.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { hashIntent } from '../../protocol/eip712.ts'
import { verifyDigest } from '../../protocol/signature.ts'
import { newIdentity } from './nodes.ts'
import { startPair, trade } from './pair.ts'
import { inMilliseconds, spreadOf } from './statistics.ts'

const RUNS = 33
const WARM_UP = 30

/** From an intent that is published to an agreement that both have signed, on a chain of its own. */
export async function deals() {
  const pair = await startPair()
  try {
    const [gossip, signed] = [[] as number[], [] as number[]]
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      const { heard, agreed, deal } = await trade(pair, run)
      // What comes after the agreement is not part of the next one's time.
      const isOpen = ({ state }: Deal) => state === 'opened'
      await Promise.all([pair.seller, pair.buyer].map((side) => side.untilDeal(deal.id, isOpen)))
      if (run < WARM_UP) continue
      gossip.push(heard)
      signed.push(agreed)
    }
    const domain = meshDomain(pair.deployment)
    const signatures = Array.from({ length: RUNS }, () => signing(domain))
    const rows = {
      'intent to agreement': signed,
      'of it gossip': gossip,
      'of it offer and acceptance': signed.map((each, run) => each - (gossip[run] ?? 0)),
      'hash, sign and verify once': signatures,
    }
    return Object.entries(rows).map(([what, values]) => ({ what, ...inMilliseconds(spreadOf(values)) }))
  } finally {
    await pair.stop()
  }
}

function signing(domain: Parameters<typeof hashIntent>[0]): number {
  const { address, sign } = newIdentity()
  const begin = performance.now()
  const digest = hashIntent(domain, {
    agent: address,
    side: 'buy',
    capability: 'energy.supply',
    area: '871f8d099ffffff',
    quantity: 100n,
    price: 100_000n,
    lot: 1000n,
    start: 0n,
    end: 900n,
    expiry: 0n,
    nonce: 0n,
    endpoints: [],
    attributes: [],
  })
  verifyDigest(digest, sign(digest), address)
  return performance.now() - begin
}
