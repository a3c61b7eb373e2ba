import { PeerScores } from '../../../agent/network/peer-scores.ts'
import { Auctions, type Standing } from '../../../agent/protocols/auctions/index.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { Faults } from '../../e2e/support/faults.ts'
import { parameters, rules } from '../../e2e/support/rules.ts'
import { newIdentity } from './intents.ts'
import { newNode } from './nodes.ts'

export type Bidder = Awaited<ReturnType<typeof startBidder>>

/** An agent that holds auctions and bids, on a real node; and what it was told unasked. */
export async function startBidder() {
  const identity = newIdentity()
  const scores = new PeerScores(() => parameters.spam)
  const node = await newNode({ identity, scores })
  const faults = new Faults()
  const deals = { live: () => [] }
  const auctions = new Auctions({ node, scores, rules, deployment, deals, report: faults.hear })
  await auctions.start()
  await node.start()
  const told: Standing[] = []
  auctions.onStanding((standing) => told.push(standing))
  const endpoints = node.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*$/, ''))
  const stop = async () => {
    await auctions.stop()
    await node.stop()
  }
  return { auctions, identity, faults, scores, told, endpoints, stop }
}
