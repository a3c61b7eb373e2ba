import type { Parts } from './assemble.ts'
import { disconnected } from './lifecycle.ts'
import { DESCRIPTOR, serveDescriptor } from './network/descriptor.ts'
import { startNode, untilGossip } from './network/joining.ts'
import { admitStream } from './protocols/admit-stream.ts'

/**
 * Starts the node with its handlers in place, subscribes before the first peer comes, waits for one, and goes on with every
 * deal that has not ended.
 *
 * @param domains whose intents it listens to
 * @throws ChainError `DIRECTORY_UNREADABLE`; ConfigError `LISTEN_FAILED`; TimeoutError `NO_PEERS`; what `signal` was aborted with
 */
export async function start(parts: Parts, domains: readonly string[], signal: AbortSignal): Promise<void> {
  const { membership, node, rules, trade, agents, catchUp, intents, peers, services } = parts
  const { attendance, banWatch, announcer, content } = parts
  const { area, radius, deployment, bootstrapPeers } = membership
  const others = bootstrapPeers.filter((peer) => !peer.endsWith(node.peerId.toString()))
  await rules.start(signal)
  await trade?.channels.start()
  await trade?.auctions.start()
  await trade?.trips.serve()
  await services.start()
  await content.start()
  await agents.start()
  await catchUp.start()
  intents.start()
  await peers.start(domains)
  if (deployment !== undefined) {
    // Newcomers know of no network yet: its versions do not end.
    const gate = { ...parts, rules: { checkProtocol() {} } }
    await serveDescriptor(node, { deployment, area }, (peer, stream, charge) =>
      admitStream(gate, DESCRIPTOR, { peer, stream }, charge),
    )
  }
  await startNode(node)
  attendance.start()
  banWatch.start()
  agents.attend()
  for (const domain of domains) {
    agents.join(domain, area, radius)
    intents.join(domain, area, radius)
  }
  if (others.length > 0) await untilGossip(node, { network: membership.id, bootstrapPeers: others }, signal)
  signal.throwIfAborted()
  trade?.settlement.start()
  trade?.trips.start()
  trade?.guests.start()
  parts.learning?.start()
  // Peers are there when this returns; the DHT may take its time.
  announcer.start()
}

/** Stops all parts, those that others use last. */
export async function stop(parts: Parts): Promise<void> {
  const { node, rules, trade, agents, catchUp, intents, peers, services, knowledge } = parts
  const {
    attendance,
    banWatch,
    announcer,
    content,
    peerStore,
    deals,
    guestDeals,
    guestSales,
    handled,
    slotRecords,
    tripRecords,
    learningRecords,
    reputation,
  } = parts
  announcer.stop()
  knowledge.stop()
  attendance.stop()
  banWatch.stop()
  rules.stop()
  trade?.account.stop()
  trade?.slots.stop(disconnected())
  await parts.learning?.stop(disconnected())
  // First: those who were asked are told that nothing more comes.
  await services.stop(disconnected())
  await content.stop(disconnected())
  await trade?.auctions.stop()
  await trade?.trips.stop(disconnected())
  await trade?.settlement.stop()
  trade?.guests.stop()
  await trade?.channels.stop()
  await peers.stop()
  await agents.stop()
  intents.stop()
  await catchUp.stop()
  await node.stop()
  await deals.close()
  await guestDeals.close()
  await guestSales.close()
  await handled.close()
  await slotRecords.close()
  await tripRecords.close()
  await learningRecords.close()
  await reputation.close()
  // Last of all: its lock guards the other files too.
  await peerStore?.close()
}
