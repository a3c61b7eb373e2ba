import { checkArguments } from './inputs.ts'
import type { Abortable } from './lifecycle.ts'
import type { LookedUp, LookUpOptions } from './look-up.ts'
import { MeshMember } from './mesh-member.ts'
import { type Deal, hasEnded } from './policy/deal.ts'
import type { AgentQuery } from './protocols/agent-discovery/index.ts'
import {
  type AcquiredKnowledge,
  type AskKnowledgeOptions,
  type KnowledgeHandler,
  type KnowledgeOptions,
  termsOf,
} from './protocols/knowledge/index.ts'
import type { Library } from './retrieval/index.ts'

/** Most passages that are looked up unless a caller says otherwise. */
const DEFAULT_PASSAGES = 5

/** What agents know, and tell for money; see `MeshNetwork`, and docs/knowledge.md. */
export abstract class MeshKnowledge extends MeshMember {
  /**
   * Serves a capability by answers that are signed on terms, so that whoever bought one can keep it, and pass it on where
   * the licence allows that. As `serve`, it holds until it is ended; an answer that may be passed on is computed once while it holds.
   *
   * @param options.ttl seconds for which an answer holds; with 0n, the default, nobody keeps it
   * @param options.licence SPDX identifier, or a URL
   * @param options.reuse `none`, the default: for its asker alone; `share`: for nothing, with others; `resale`: for money, too
   * @returns a function that ends it
   * @throws RefusedError `SERVICE_INVALID`
   * @example
   * ```ts
   * const csv = (question) => ({ kind: 'dataset', contentType: 'text/csv', body: rowsOf(question) })
   * network.serveKnowledge('data.prices', csv, { ttl: 86_400n, licence: 'CC-BY-4.0', reuse: 'resale' })
   * ```
   */
  serveKnowledge(capability: string, handler: KnowledgeHandler, options: KnowledgeOptions = {}): () => void {
    checkArguments('serveKnowledge', { capability, handler, options })
    const { licence: _, reuse: __, ttl: ___, ...serving } = options
    const service = { capability, handler, terms: termsOf(options) }
    // Its own signature says how long an answer holds; that of the service is about one that was handed over.
    return this.handlers.serve(
      () => this.parts,
      capability,
      (question, asking) => this.connected.knowledge.provider.answer(service, question, asking),
      serving,
    )
  }

  /**
   * Has a question answered by an agent that a query finds: from memory where it was asked before, else by a copy that
   * another agent bought, else by who computes it. Whoever hands it over, it is signed by an agent that the query finds.
   *
   * @param query for agents of one capability
   * @param options.maxPrice most that the answer may cost, minor units of the payment token; 0n by default
   * @throws QueryError; RefusedError `AGENT_MISSING`, and as `request`; what is wrong with the answer of the last that was asked
   * @example
   * ```ts
   * const { text, from, paid } = await network.askKnowledge('data.prices', '2025-01-01/P1D', { maxPrice: 20_000n })
   * ```
   */
  async askKnowledge(
    query: AgentQuery | string,
    question: Uint8Array | string,
    options: AskKnowledgeOptions = {},
  ): Promise<AcquiredKnowledge> {
    checkArguments('askKnowledge', { query, question, options })
    const body = typeof question === 'string' ? new TextEncoder().encode(question) : question
    return this.lifecycle.wait(options, (signal) =>
      this.connected.knowledge.asker.ask(query, body, options, signal),
    )
  }

  /**
   * Looks a question up in what this agent holds; and where no passage of that fits by the threshold, asks the mesh, and pays.
   *
   * @throws as `askKnowledge`, where the library does not answer
   * @example
   * ```ts
   * const { passages, answer } = await network.lookUp(library, 'maximum price', { query: 'facts.energy', threshold: 4 })
   * ```
   */
  async lookUp(library: Library, question: string, options: LookUpOptions): Promise<LookedUp> {
    checkArguments('lookUp', { library, question, options })
    const { query, threshold, k = DEFAULT_PASSAGES, ...asking } = options
    const passages = library.retrieve(question, k)
    if ((passages[0]?.score ?? 0) >= threshold) return { passages, answer: undefined }
    return { passages, answer: await this.askKnowledge(query, question, asking) }
  }

  /**
   * Settles at once what this agent owes to the services that it asked, without waiting until they have been idle for half a
   * minute: each is told by how many answers it is paid, settles, and the rest of what was paid ahead comes back. The next
   * question makes another agreement.
   *
   * @returns the agreements that had answers to pay for, each with its `outcome`. A provider that is away settles when it is back
   * @throws what `signal` was aborted with; RefusedError `DISCONNECTED`
   * @example
   * ```ts
   * for (const { agreement, outcome } of await network.settleServices()) console.log(agreement.seller, outcome?.paid)
   * ```
   */
  async settleServices(options: Abortable = {}): Promise<Deal[]> {
    checkArguments('settleServices', { options })
    return this.lifecycle.wait(options, async (signal) => {
      const { services, deals } = this.connected
      const isOwing = (deal: Deal) => deal.role === 'buyer' && deal.tab !== undefined && !hasEnded(deal)
      const owing = [...deals.all()].filter(isOwing).map(({ id }) => id)
      await services.settle()
      const answered = owing.filter((id) => (deals.get(id)?.tab?.answers ?? 0n) > 0n)
      return Promise.all(answered.map((id) => deals.until(id, hasEnded, signal)))
    })
  }
}
