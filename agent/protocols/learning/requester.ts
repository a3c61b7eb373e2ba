import { within } from '../../learning/rounds/index.ts'
import { Results } from './results.ts'
import type { Moment, Role, RoleComponents } from './role.ts'
import { originalsOf } from './round-state.ts'

/** Part of the phase after which a requester proposes what nobody else has. */
const BELATED = 0.6

/** Opens the hidden set and the canary, holds the updates for who cannot reach their makers, takes the stake of who did not reveal, and sees that the round comes to its end. */
export class Requester implements Role {
  readonly #components: RoleComponents
  readonly #results: Results

  constructor(components: RoleComponents) {
    this.#components = components
    this.#results = new Results(components)
  }

  async act(moment: Moment): Promise<void> {
    const { phase, view } = moment
    if (phase === 'commit' || !view.isOpened || view.isCancelled) return
    if (phase === 'reveal') return this.#collect(moment)
    // Who opens too late has everybody paid equally; stakes can be taken afterwards, however many there are.
    if (phase === 'attest') await this.#open(moment)
    if (phase === 'close') await this.#openCanary(moment)
    await this.#slash(moment)
    if (phase === 'attest') return this.#collect(moment)
    if (phase === 'score') await this.#propose(moment)
    if (phase === 'close') await this.#challenge(moment)
    if (phase !== 'over') return
    await this.#results.settle(moment, 0)
    if (view.settled !== undefined) await this.#close(moment)
  }

  isDone({ view, phase }: Moment): boolean {
    // The chain opens no task whose first phase is over: an agent that ended before it was opened need not wait for it.
    if (!view.isOpened) return phase !== 'commit' && phase !== 'reveal'
    const isOpen = view.proposals.some(({ status }) => status === 'standing')
    const isHeld = view.participants.some(({ revealed, isSlashed }) => revealed === undefined && !isSlashed)
    return view.isCancelled || (phase === 'over' && view.settled !== undefined && !isOpen && !isHeld)
  }

  async #collect({ view }: Moment): Promise<void> {
    await this.#components.workshop.collect(view, originalsOf(view))
  }

  async #slash({ view }: Moment): Promise<void> {
    for (const [index, { revealed, isSlashed }] of view.participants.entries()) {
      if (revealed === undefined && !isSlashed) {
        await this.#components.onChain.onParticipant('slashParticipant', index)
      }
    }
  }

  async #open({ view }: Moment): Promise<void> {
    const { onChain, record } = this.#components
    const { hidden } = record
    if (hidden === undefined || view.hidden !== undefined || originalsOf(view).length === 0) return
    await onChain.openEvaluation(hidden, `sha2-256:${hidden.setRoot.slice(2)}`)
  }

  async #propose(moment: Moment): Promise<void> {
    const { task } = this.#components
    if (originalsOf(moment.view).length === 0) return
    if (moment.now >= within(task, 'score', BELATED)) await this.#results.propose(moment, 0)
    await this.#challenge(moment)
  }

  /** After all others: they have a part of the stake for it. */
  #challenge(moment: Moment): Promise<void> {
    return this.#results.challenge(moment, moment.view.participants.length + moment.view.seats.length)
  }

  async #openCanary({ view }: Moment): Promise<void> {
    const { onChain, record } = this.#components
    const canary = record.hidden?.canary
    if (canary === undefined || view.isCanaryOpened || view.hidden === undefined) return
    const index = view.participants.findIndex(({ revealed }) => revealed?.updateRoot === canary.updateRoot)
    if (index >= 0) await onChain.openCanary(index, canary)
  }

  /** Anybody may free what proposers staked; an own proposal of the requester has nobody else to. */
  async #close({ view }: Moment): Promise<void> {
    for (const { root, status } of view.proposals) {
      if (status === 'standing') await this.#components.onChain.closeProposal(root)
    }
  }
}
