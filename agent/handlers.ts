import { RefusedError } from '../protocol/errors.ts'
import type { Parts } from './assemble.ts'
import type { DeliveryHandler, DisputeHandler, OfferHandler } from './protocols/negotiation/index.ts'
import type { ServiceHandler, ServiceOptions } from './protocols/services/index.ts'

/** What an agent was told to do when others want something of it; it holds from one connection to the next. */
export class Handlers {
  offer: OfferHandler | undefined
  delivery: DeliveryHandler | undefined
  dispute: DisputeHandler | undefined
  readonly #services = new Map<string, { handler: ServiceHandler; options: ServiceOptions }>()

  /** Has a connected agent obey. */
  applyTo({ trade, services }: Parts): void {
    if (this.offer !== undefined) trade?.negotiation.onOffer(this.offer)
    if (this.delivery !== undefined) trade?.settlement.onDelivery(this.delivery)
    if (this.dispute !== undefined) trade?.settlement.onDispute(this.dispute)
    for (const [capability, { handler, options }] of this.#services) {
      services.serve(capability, handler, options)
    }
  }

  /**
   * Serves a capability, in the connection that there is and in later ones.
   *
   * @param parts those of the connection, undefined when there is none
   * @returns a function that ends it
   * @throws RefusedError `SERVICE_INVALID`
   */
  serve(
    current: () => Parts | undefined,
    capability: string,
    handler: ServiceHandler,
    options: ServiceOptions,
  ): () => void {
    if (this.#services.has(capability)) throw servedAlready(capability)
    current()?.services.serve(capability, handler, options)
    const service = { handler, options }
    this.#services.set(capability, service)
    return () => {
      if (this.#services.get(capability) !== service) return
      this.#services.delete(capability)
      current()?.services.unserve(capability)
    }
  }
}

function servedAlready(capability: string): RefusedError {
  return new RefusedError('SERVICE_INVALID', 'A capability is served already.', {
    field: 'serve.capability',
    expected: 'one handler per capability',
    received: capability,
    remedy: 'End the first one: `serve` returns a function for that.',
  })
}
