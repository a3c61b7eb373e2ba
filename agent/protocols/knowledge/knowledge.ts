import type { Domain } from '../../../protocol/eip712.ts'
import type { Capability } from '../../../protocol/types.ts'
import type { Identity } from '../../network/identity.ts'
import type { MeshNode } from '../../network/node.ts'
import type { PeerScores } from '../../network/peer-scores.ts'
import type { AgentDiscovery } from '../agent-discovery/index.ts'
import type { Services } from '../services/index.ts'
import { KnowledgeAsker } from './asker.ts'
import { Copies } from './copies.ts'
import { KnowledgeProvider } from './provider.ts'

export interface KnowledgeComponents {
  identity: Identity
  domain: Domain
  services: Services
  agents: AgentDiscovery
  scores: PeerScores
  node: MeshNode
  /** Unix seconds. */
  now: () => bigint
  report: (error: unknown) => void
}

/** Answers that are signed, kept and passed on, over the services by which they are paid. */
export class Knowledge {
  readonly provider: KnowledgeProvider
  readonly asker: KnowledgeAsker
  readonly #copies: Copies
  #onCopies: () => void = () => undefined

  constructor(components: KnowledgeComponents) {
    const { services, now, identity } = components
    this.#copies = new Copies({ services, now, onChange: () => this.#onCopies() })
    this.provider = new KnowledgeProvider(components)
    this.asker = new KnowledgeAsker({ ...components, copies: this.#copies, address: identity.address })
  }

  /** Sets who tells others of the copies when there are others. */
  onCopies(fn: () => void): void {
    this.#onCopies = fn
  }

  /** What there is to be told of the copies that this agent serves. */
  copied(): Capability[] {
    return this.#copies.capabilities()
  }

  stop(): void {
    this.#copies.stop()
  }
}
