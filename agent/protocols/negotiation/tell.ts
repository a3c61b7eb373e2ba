import type { PeerId } from '@libp2p/interface'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type { Deal } from '../../policy/deal.ts'
import { peerOf } from './party.ts'
import type { Channel } from './protocol.ts'

/** Tells the other side of a deal what it could also see on chain; that it cannot be reached harms nobody, and is reported. */
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
    report(error)
  }
}
