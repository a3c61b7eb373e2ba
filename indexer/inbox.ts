import type { Logger } from 'pino'
import type { Gateway, HeldOffer, ReceivedCapability, ReceivedIntent } from './gateway.ts'
import { storeCapabilities, storeIntents, storeOffers } from './store/heard.ts'
import type { Store } from './store/store.ts'

/** Most messages that wait to be stored; beyond that new ones are dropped, gossip brings them again or they expire. */
const MAX_WAITING = 2_000
/** Most messages that one transaction stores. */
const BATCH_SIZE = 200

/** Stores what the gateway hears, in batches: while one transaction runs, the next batch collects. */
export class Inbox {
  readonly #store: Store
  readonly #logger: Logger
  readonly #intents: ReceivedIntent[] = []
  readonly #capabilities: ReceivedCapability[] = []
  readonly #offers: HeldOffer[] = []
  readonly #unsubscribe: (() => void)[]
  #draining: Promise<void> | undefined

  constructor(gateway: Gateway, store: Store, logger: Logger) {
    this.#store = store
    this.#logger = logger
    this.#unsubscribe = [
      gateway.subscribeToIntents((intent) => this.#add(this.#intents, intent, intent.value)),
      gateway.subscribeToCapabilities((record) => this.#add(this.#capabilities, record, record.value)),
      gateway.guests?.onOffer((held) => this.#add(this.#offers, held, held.offer.terms)) ?? (() => {}),
    ]
    for (const intent of gateway.openIntents()) this.#add(this.#intents, intent, intent.value)
    for (const record of gateway.records()) this.#add(this.#capabilities, record, record.value)
  }

  /** Stops listening and stores what has been heard. */
  async close(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe()
    await this.#draining
  }

  #add<T>(queue: T[], message: T, value: object): void {
    // PostgreSQL cannot hold NUL, and changing what was signed would make the signature false.
    if (queue.length >= MAX_WAITING || Object.values(value).flat().some(hasNul)) return
    queue.push(message)
    this.#draining ??= this.#drain()
  }

  async #drain(): Promise<void> {
    try {
      while (this.#intents.length + this.#capabilities.length + this.#offers.length > 0) {
        const intents = this.#intents.splice(0, BATCH_SIZE)
        const capabilities = this.#capabilities.splice(0, BATCH_SIZE)
        const offers = this.#offers.splice(0, BATCH_SIZE)
        await this.#store.add(async (tx) => {
          await storeIntents(tx, intents, Date.now())
          await storeCapabilities(tx, capabilities, Date.now())
          await storeOffers(tx, offers, Date.now())
        })
      }
    } catch (error) {
      this.#logger.error({ err: error }, 'messages from the mesh were not stored')
    } finally {
      this.#draining = undefined
    }
  }
}

function hasNul(value: unknown): boolean {
  return typeof value === 'string' && value.includes('\0')
}
