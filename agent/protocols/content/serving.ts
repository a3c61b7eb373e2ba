import { DRAIN_TIMEOUT, MAX_WAITING } from './constants.ts'
import type { ContentStore } from './content-store.ts'
import type { Channel, Inbound, MessageOf } from './protocol.ts'

/**
 * Gives others what this agent holds. Each peer is given one part after the other, when it has read those before; meanwhile
 * the next are read from disk. So many may wait that peers which do not read cost little.
 */
export class Serving {
  readonly #store: Pick<ContentStore, 'root' | 'chunk'>
  /** What the last question of each peer waits for. */
  readonly #tails = new WeakMap<Channel, Promise<void>>()
  #waiting = 0

  constructor(store: Pick<ContentStore, 'root' | 'chunk'>) {
    this.#store = store
  }

  /** Answers a question; resolves when it has. */
  async answer(channel: Channel, inbound: Inbound<MessageOf<'want'>>): Promise<void> {
    if (this.#waiting >= MAX_WAITING) {
      channel.send({ type: 'refusal', reason: 'busy' }, inbound.id)
      return
    }
    this.#waiting += 1
    const part = this.#read(inbound.message)
    // Where an earlier one breaks the channel, nobody waits for it.
    part.catch(() => undefined)
    const answered = (this.#tails.get(channel) ?? Promise.resolve()).then(() =>
      this.#give(channel, inbound.id, part),
    )
    this.#tails.set(
      channel,
      answered.catch(() => undefined),
    )
    try {
      await answered
    } finally {
      this.#waiting -= 1
    }
  }

  #read({ digest, part }: MessageOf<'want'>): Promise<Uint8Array | undefined> {
    return part === 0 ? this.#store.root(digest) : this.#store.chunk(digest, part - 1)
  }

  async #give(channel: Channel, id: bigint, part: Promise<Uint8Array | undefined>): Promise<void> {
    await channel.drained(DRAIN_TIMEOUT)
    const bytes = await part
    if (!channel.isOpen) return
    channel.send(bytes === undefined ? { type: 'refusal', reason: 'missing' } : { type: 'part', bytes }, id)
  }
}
