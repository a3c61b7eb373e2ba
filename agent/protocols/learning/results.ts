import { bytesToHex } from 'viem'
import { keccak } from '../../../protocol/keccak.ts'
import { wrongCoordinate } from '../../learning/rounds/index.ts'
import type { Moment, RoleComponents } from './role.ts'
import { isTurn } from './role.ts'
import type { ProposalView } from './round-state.ts'
import type { Aggregated } from './workshop.ts'

/** Looks after a round's aggregate: that the right one is proposed, and that a wrong one does not stand. */
export class Results {
  readonly #components: RoleComponents
  /** Proposals that cannot be had, or were found right. */
  readonly #seen = new Set<string>()

  constructor(components: RoleComponents) {
    this.#components = components
  }

  /** The aggregate, undefined while an update of it cannot be had. */
  async own({ view }: Moment): Promise<Aggregated | undefined> {
    const { onChain, workshop } = this.#components
    return workshop.aggregated(view, await onChain.counted())
  }

  /** Proposes the aggregate when it is this agent's turn, unless it stands already. @param rank from 0 */
  async propose(moment: Moment, rank: number): Promise<void> {
    const { task, onChain, workshop } = this.#components
    if (!isTurn(moment.now, task.attestUntil + 1n, rank)) return
    const own = await this.own(moment)
    if (own === undefined || moment.view.proposals.some(({ root }) => root === own.root)) return
    const contentId = await workshop.publish(workshop.pack(own.values).bytes)
    await onChain.propose(own.root, contentId)
  }

  /** Proves proposals wrong that are. */
  async challenge(moment: Moment): Promise<void> {
    for (const proposal of moment.view.proposals) {
      if (proposal.status !== 'standing' || this.#seen.has(proposal.root)) continue
      const own = await this.own(moment)
      if (own === undefined) return
      await this.#refute(moment, proposal, own)
    }
  }

  async #refute({ view }: Moment, proposal: ProposalView, own: Aggregated): Promise<void> {
    const { task, onChain, workshop } = this.#components
    if (proposal.root === own.root) {
      this.#seen.add(proposal.root)
      return
    }
    const proposed = await workshop.proposal(view, proposal)
    if (proposed === undefined) return
    const wrong = wrongCoordinate(proposed, own.values, own.updates, task.chunkSize, keccak)
    if (wrong === undefined) return
    const stands = view.proposals.some(({ root, status }) => root === own.root && status === 'standing')
    await onChain.challenge({
      resultRoot: proposal.root,
      successor: stands ? own.root : bytesToHex(new Uint8Array(32)),
      chunkIndex: BigInt(wrong.chunkIndex),
      coordinate: BigInt(wrong.coordinate),
      resultChunk: bytesToHex(wrong.resultChunk),
      resultProof: wrong.resultProof.map((node) => bytesToHex(node)),
      chunks: wrong.chunks.map((chunk) => bytesToHex(chunk)),
      proofs: wrong.proofs.map((proof) => proof.map((node) => bytesToHex(node))),
    })
  }

  /** Ends the round when its time is over, in turns. */
  async settle({ now, view }: Moment, rank: number): Promise<void> {
    const { task, onChain } = this.#components
    if (view.settled === undefined && isTurn(now, task.closeAt + 1n, rank)) await onChain.onTask('settle')
  }
}
