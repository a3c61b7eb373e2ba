import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type { Deal } from '../../policy/deal.ts'
import { peerOf } from './party.ts'
import type { Channels } from './protocol.ts'

/** Tells the other side of a deal what it could also see on chain; that it cannot be reached harms nobody, and is reported. */
export async function tell(
  { channels, report }: { channels: Channels; report: (error: unknown) => void },
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
