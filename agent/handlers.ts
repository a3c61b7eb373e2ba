import { type CapabilityClaim, capabilityOf } from '../protocol/capability.ts'
import { RefusedError } from '../protocol/errors.ts'
import { nearest } from '../protocol/nearest.ts'
import type { Parts } from './assemble.ts'
import type { DeliveryHandler, DisputeHandler, OfferHandler } from './protocols/negotiation/index.ts'
import {
  type Service,
  type ServiceHandler,
  type ServiceOptions,
  serviceOf,
} from './protocols/services/index.ts'

/** Most services of one agent. */
const MAX_SERVICES = 64

/** What an agent was told to do when others want something of it; it holds from one connection to the next. */
export class Handlers {
  offer: OfferHandler | undefined
  delivery: DeliveryHandler | undefined
  dispute: DisputeHandler | undefined
  readonly #services = new Map<string, Service>()
  readonly #announced: readonly CapabilityClaim[]

  /** @param announced what the agent tells others that it does */
  constructor(announced: readonly CapabilityClaim[]) {
    this.#announced = announced
  }

  /** Has a connected agent obey. @throws ConfigError `CHAIN_REQUIRED` when it has no chain, and a service has a price */
  applyTo({ trade, services }: Parts): void {
    if (this.offer !== undefined) trade?.negotiation.onOffer(this.offer)
    if (this.delivery !== undefined) trade?.settlement.onDelivery(this.delivery)
    if (this.dispute !== undefined) trade?.settlement.onDispute(this.dispute)
    for (const service of this.#services.values()) services.serve(service)
  }

  /**
   * Serves a capability, in the connection that there is and in later ones.
   *
   * @param parts gives those of the connection, undefined when there is none
   * @returns a function that ends it
   * @throws RefusedError `SERVICE_INVALID`; ConfigError `CHAIN_REQUIRED`
   */
  serve(
    parts: () => Parts | undefined,
    capability: string,
    handler: ServiceHandler,
    options: ServiceOptions,
  ): () => void {
    const announced = this.#announced.map(capabilityOf).find(({ name }) => name === capability)
    // Who announces nothing is asked by those who know of it otherwise.
    if (announced === undefined && this.#announced.length > 0) throw this.#unannounced(capability)
    const service = serviceOf(capability, handler, options, announced)
    if (this.#services.has(capability) || this.#services.size >= MAX_SERVICES) throw tooMany(capability)
    parts()?.services.serve(service)
    this.#services.set(capability, service)
    return () => {
      if (this.#services.get(capability) !== service) return
      this.#services.delete(capability)
      parts()?.services.unserve(capability)
    }
  }

  #unannounced(capability: string): RefusedError {
    const names = this.#announced.map((claim) => capabilityOf(claim).name)
    const meant = nearest(capability, names)
    return new RefusedError('SERVICE_INVALID', 'A capability is served that nobody is told of.', {
      field: 'capability',
      expected: `one of \`capabilities\`: ${names.join(', ')}`,
      received: capability,
      remedy: meant === undefined ? 'Name it in `capabilities` as well.' : `Did you mean \`${meant}\`?`,
    })
  }
}

function tooMany(capability: string): RefusedError {
  return new RefusedError('SERVICE_INVALID', 'A capability is served already, or too many are.', {
    field: 'capability',
    expected: `one handler per capability, and at most ${MAX_SERVICES}`,
    received: capability,
    remedy: 'End the first one: `serve` returns a function for that.',
  })
}
