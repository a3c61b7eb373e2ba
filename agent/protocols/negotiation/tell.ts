import type { PeerId } from '@libp2p/interface'
import { RefusedError } from '../../../protocol/errors.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import { type Deal, hasEnded } from '../../policy/deal.ts'
import { peerOf } from './party.ts'
import type { Channel } from './protocol.ts'

/**
 * Tells the other side of a deal what it could also see on chain. That it cannot be reached harms nobody: it is reported while it has
 * something to do still, and is the rule where it has left when all was done.
 */
export async function tell(
  {
    channels,
    report,
  }: {
    channels: { to(peer: PeerId, endpoints: readonly string[]): Promise<Pick<Channel, 'send'>> }
    report: (error: unknown) => void
  },
  deal: Deal,
  message: NegotiationMessage,
): Promise<void> {
  try {
    const channel = await channels.to(peerOf(deal), deal.endpoints)
    channel.send(message)
  } catch (error) {
    const isGone = error instanceof RefusedError && error.code === 'PEER_UNREACHABLE'
    if (!(isGone && hasEnded(deal))) report(error)
  }
}
