import { bytesToHex } from 'viem'
import type { Domain } from '../../../protocol/eip712.ts'
import { hashUpdateCommitment } from '../../../protocol/eip712.ts'
import { quantise, type TaskModel } from '../../learning/rounds/index.ts'
import { abortable } from '../../network/abortable.ts'
import type { OwnUpdate } from '../../policy/learning-records.ts'
import { checkUpdate } from './checks.ts'
import { MAX_TIMER } from './constants.ts'
import { Results } from './results.ts'
import type { Moment, Role, RoleComponents } from './role.ts'
import type { RoundState } from './round-state.ts'

/**
 * Trains a model on what its agent knows.
 *
 * @param model from the task's file
 * @param signal aborted when it is too late, or the agent leaves
 * @returns by how much each parameter changes
 */
export type Trainer = (model: TaskModel, signal: AbortSignal) => Float32Array | Promise<Float32Array>

export interface ParticipantComponents extends RoleComponents {
  /** Undefined after a restart, until the owner gives it again. */
  trainer: () => Trainer | undefined
  domain: Domain
}

/** Trains, commits, reveals, and is paid. */
export class Participant implements Role {
  readonly #components: ParticipantComponents
  readonly #results: Results
  #isUnpaid = false

  constructor(components: ParticipantComponents) {
    this.#components = components
    this.#results = new Results(components)
  }

  async act(moment: Moment): Promise<void> {
    const { phase, view } = moment
    const index = this.#placeIn(view)
    if (phase === 'commit') return index < 0 ? this.#commit(moment.now) : undefined
    if (index < 0) return
    if (phase === 'reveal') return this.#reveal(view, index)
    if (view.participants[index]?.revealed === undefined) return
    if (phase === 'score') {
      await this.#results.propose(moment, this.#rankIn(view, index))
    }
    if (phase === 'score' || phase === 'close') {
      return this.#results.challenge(moment, this.#rankIn(view, index))
    }
    if (phase === 'over') return this.#finish(moment, index)
  }

  isDone({ phase, view }: Moment): boolean {
    const index = this.#placeIn(view)
    if (view.isCancelled) return true
    // A node may be behind: who committed or revealed last of all is not seen to have done so at once.
    if (index < 0)
      return phase !== 'commit' && (phase !== 'reveal' || this.#components.record.update === undefined)
    const entry = view.participants[index]
    if (entry?.revealed === undefined) return entry?.isSlashed === true || phase === 'over'
    if (view.settled === undefined) return false
    return entry.isClaimed || this.#isUnpaid
  }

  async #commit(now: bigint): Promise<void> {
    const { id, agent, domain, onChain, record } = this.#components
    const update = record.update ?? (await this.#train(now))
    if (update === undefined) return
    await onChain.commit(hashUpdateCommitment(domain, { task: id, participant: agent, ...update }))
  }

  /** Trains, and remembers the update before anybody hears of it. */
  async #train(now: bigint): Promise<OwnUpdate | undefined> {
    const { id, task, trainer, workshop, records, signal } = this.#components
    const train = trainer()
    if (train === undefined) return undefined
    const model = await workshop.model()
    const seconds = Math.min(Number(task.commitUntil - now), MAX_TIMER)
    const until = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)])
    // Whoever trains for ever must not keep the agent from what else it has to do in the round.
    const change = await abortable(async () => train(model, until), until)
    checkUpdate(change, task)
    const { root: updateRoot, bytes } = workshop.pack(quantise(change, model.scale, task.clip))
    const contentId = await workshop.publish(bytes)
    const salt = bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
    const update = { updateRoot, contentId, salt }
    await records.addUpdate(id, update)
    return update
  }

  async #reveal(view: RoundState, index: number): Promise<void> {
    const { onChain, record } = this.#components
    if (view.participants[index]?.revealed !== undefined || record.update === undefined) return
    await onChain.reveal(index, record.update)
  }

  async #finish(moment: Moment, index: number): Promise<void> {
    const { onChain } = this.#components
    const { view } = moment
    await this.#results.settle(moment, index)
    if (view.settled === undefined) return
    const entry = view.participants[index]
    if (entry === undefined || entry.isClaimed || this.#isUnpaid) return
    const own = view.proposals.find(
      ({ agentId, status }) => agentId === entry.agentId && status === 'standing',
    )
    if (own !== undefined) await onChain.closeProposal(own.root)
    const isOurs = view.proposals.some(
      ({ agentId, root }) => agentId === entry.agentId && root === view.settled?.result,
    )
    if (isOurs && !view.isResultClaimed) await onChain.onTask('claimResult')
    if ((await onChain.shareOf(index)) === 0n) this.#isUnpaid = true
    else await onChain.onParticipant('claim', index)
  }

  #placeIn(view: RoundState): number {
    return view.participants.findIndex(({ participant }) => participant === this.#components.agent)
  }

  /** Which of those that revealed is first to propose follows from the task, and differs from round to round. */
  #rankIn({ participants }: RoundState, index: number): number {
    const revealed = participants.flatMap(({ revealed: opening }, place) => (opening ? [place] : []))
    const first = Number(BigInt(this.#components.id) % BigInt(revealed.length))
    return (revealed.indexOf(index) - first + revealed.length) % revealed.length
  }
}
