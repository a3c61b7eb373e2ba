import { bytesToHex } from 'viem'
import { keccak } from '../../../protocol/keccak.ts'
import type { Hex } from '../../../protocol/types.ts'
import { within, wrongCoordinate } from '../../learning/rounds/index.ts'
import type { Moment, RoleComponents } from './role.ts'
import { isTurn } from './role.ts'
import type { ProposalView } from './round-state.ts'
import type { Aggregated } from './workshop.ts'

/** Looks after a round's aggregate: that the right one is proposed, and that a wrong one does not stand. */
export class Results {
  readonly #components: RoleComponents
  /** Proposals that were seen, when first, and how often each was asked for. */
  readonly #seen = new Map<Hex, { since: bigint; tries: number }>()

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

  /**
   * Proves a proposal wrong that is: one at a time, that which was asked for least first, for what its proposer gives nobody must
   * neither keep this agent from its other deeds nor from another proposal. In turns, so that not all pay for one proof; in the
   * last half of the time everybody tries.
   *
   * @param rank from 0
   */
  async challenge(moment: Moment, rank: number): Promise<void> {
    const { now, view } = moment
    const standing = view.proposals.filter(({ status }) => status === 'standing')
    for (const { root } of standing) if (!this.#seen.has(root)) this.#seen.set(root, { since: now, tries: 0 })
    const isLate = now >= within(this.#components.task, 'close', 0.5)
    const due = standing.filter(({ root }) => isLate || isTurn(now, this.#seen.get(root)?.since ?? now, rank))
    if (due.length === 0) return
    const own = await this.own(moment)
    if (own === undefined) return
    const triesOf = ({ root }: ProposalView) => this.#seen.get(root)?.tries ?? 0
    const [next] = due.filter(({ root }) => root !== own.root).sort((a, b) => triesOf(a) - triesOf(b))
    if (next === undefined) return
    const seen = this.#seen.get(next.root)
    if (seen !== undefined) seen.tries += 1
    await this.#refute(moment, next, own)
  }

  async #refute({ view }: Moment, proposal: ProposalView, own: Aggregated): Promise<void> {
    const { task, onChain, workshop } = this.#components
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
