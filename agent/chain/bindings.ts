import type { Address } from '../../protocol/types.ts'
import { type Binding, bindingOf } from './actions/identity-registry.ts'
import type { ChainClient } from './client.ts'

/** How long what the chain said is good enough for offers, in milliseconds: opening checks it again. */
const LIFE = 10_000
/** Most keys that are remembered. */
const MOST = 1_000

/** Which agents keys speak for, remembered for a few seconds so that offers need not wait for the chain. */
export class Bindings {
  readonly #chain: ChainClient
  readonly #known = new Map<Address, { binding: Promise<Binding>; until: number }>()

  constructor(chain: ChainClient) {
    this.#chain = chain
  }

  /** What a key is bound to, as the chain said at most ten seconds ago. */
  of(wallet: Address): Promise<Binding> {
    const known = this.#known.get(wallet)
    return known !== undefined && performance.now() < known.until ? known.binding : this.fresh(wallet)
  }

  /** What a key is bound to, as the chain says now. */
  fresh(wallet: Address): Promise<Binding> {
    const { client, deployment } = this.#chain
    const binding = bindingOf(client, deployment.contracts.identityRegistry, wallet)
    this.#known.delete(wallet)
    this.#known.set(wallet, { binding, until: performance.now() + LIFE })
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
    // A key that is about to be bound must not seem unbound for as long.
    const forget = () => this.#known.get(wallet)?.binding === binding && this.#known.delete(wallet)
    binding.then(({ agentId }) => agentId === 0n && forget()).catch(forget)
    return binding
  }
}
