import { DRAIN_TIMEOUT, MAX_WAITING } from './constants.ts'
import type { ContentStore } from './content-store.ts'
import type { Channel, Inbound, MessageOf } from './protocol.ts'

/**
 * Gives others what this agent holds. Each peer is given one part after the other, and the next is read when the peer has
 * read those before: one that does not read costs no more than what the stream holds.
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
    const answered = (this.#tails.get(channel) ?? Promise.resolve()).then(() => this.#give(channel, inbound))
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

  async #give(channel: Channel, { id, message }: Inbound<MessageOf<'want'>>): Promise<void> {
    await channel.drained(DRAIN_TIMEOUT)
    const { digest, part } = message
    const bytes = part === 0 ? await this.#store.root(digest) : await this.#store.chunk(digest, part - 1)
    if (!channel.isOpen) return
    channel.send(bytes === undefined ? { type: 'refusal', reason: 'missing' } : { type: 'part', bytes }, id)
  }
}
