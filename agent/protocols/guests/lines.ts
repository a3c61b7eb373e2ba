import type { PeerId } from '@libp2p/interface'
import { RefusedError } from '../../../protocol/errors.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type { Channel, Channels, Inbound } from '../negotiation/protocol.ts'

/** The way to the other side of a guest's deal. */
export type Line = Pick<Channel, 'peer' | 'isOpen' | 'protocol' | 'send' | 'request'>

/** Handles a message that comes over a line; what it sends meanwhile is the answer. */
type Hear = (line: Line, inbound: Inbound) => Promise<void>

/** Channels to other peers; and within this process the way from one guest of a carrier to another. */
export class Lines {
  readonly #channels: Channels
  readonly #own: Line

  constructor(self: PeerId, channels: Channels, hear: Hear) {
    this.#channels = channels
    this.#own = lineWithin(self, hear)
  }

  /** @throws RefusedError as `Channels.to` */
  async to(peer: PeerId, endpoints: readonly string[]): Promise<Line> {
    return peer.equals(this.#own.peer) ? this.#own : this.#channels.to(peer, endpoints)
  }

  /** For something new. @throws RefusedError as `Channels.toNew` */
  async toNew(peer: PeerId, endpoints: readonly string[]): Promise<Line> {
    return peer.equals(this.#own.peer) ? this.#own : this.#channels.toNew(peer, endpoints)
  }
}

function lineWithin(peer: PeerId, hear: Hear): Line {
  // Of the versions of the wire it speaks none, so none has a sunset for it.
  const common = { peer, isOpen: true, protocol: '' }
  const request = async (message: NegotiationMessage): Promise<Inbound> => {
    let answer: NegotiationMessage | undefined
    const send = (said: NegotiationMessage) => {
      answer ??= said
      return 0n
    }
    await hear({ ...common, send, request }, { message, id: 0n })
    if (answer === undefined) throw unanswered(message)
    return { message: answer, id: 0n }
  }
  const send = (message: NegotiationMessage) => {
    request(message).catch(() => undefined)
    return 0n
  }
  return { ...common, send, request }
}

function unanswered({ type }: NegotiationMessage): RefusedError {
  return new RefusedError('CHANNEL_CLOSED', 'Another guest of this carrier does not answer.', {
    field: type,
    remedy: 'Look for another one: it is not here any more.',
  })
}
