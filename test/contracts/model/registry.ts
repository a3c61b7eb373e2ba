/** The identity registry, as far as escrow and vault ask it. Wallets have consented to what is bound. */
import { ZERO } from './terms.ts'
import type { Verdict } from './verdict.ts'

/** What a key consented to: agent 0 when it speaks for none. */
export interface Binding {
  agentId: bigint
  epoch: bigint
  owner: string
}

export class RegistryModel {
  readonly owners = new Map<bigint, string>()
  readonly #epochs = new Map<bigint, bigint>()
  readonly #bindings = new Map<string, Binding>()

  register(owner: string): bigint {
    const agentId = BigInt(this.owners.size + 1)
    this.owners.set(agentId, owner)
    return agentId
  }

  bindingOf(wallet: string): Binding {
    return this.#bindings.get(wallet) ?? { agentId: 0n, epoch: 0n, owner: ZERO }
  }

  setAgentWallet(caller: string, agentId: bigint, wallet: string): Verdict {
    if (this.owners.get(agentId) !== caller) return ['NotAuthorized']
    const bound = this.bindingOf(wallet).agentId
    if (bound !== 0n && bound !== agentId) return ['WalletAlreadyBound']
    this.#renew(agentId)
    this.#bindings.set(wallet, { agentId, epoch: this.#epochs.get(agentId) ?? 0n, owner: caller })
    return []
  }

  unsetAgentWallet(caller: string, agentId: bigint): Verdict {
    if (this.owners.get(agentId) !== caller) return ['NotAuthorized']
    this.#renew(agentId)
    return []
  }

  transfer(caller: string, to: string, agentId: bigint): Verdict {
    if (this.owners.get(agentId) !== caller) return ['ERC721InsufficientApproval', 'ERC721IncorrectOwner']
    this.owners.set(agentId, to)
    this.#renew(agentId)
    return []
  }

  /** Ends the binding of the agent's key and begins the next epoch. */
  #renew(agentId: bigint): void {
    for (const [wallet, binding] of this.#bindings) {
      if (binding.agentId === agentId) this.#bindings.delete(wallet)
    }
    this.#epochs.set(agentId, (this.#epochs.get(agentId) ?? 0n) + 1n)
  }
}
