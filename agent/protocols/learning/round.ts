import { EventEmitter } from 'eventemitter3'
import type { LearningTask } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { ModelOrigin } from '../../learning/provenance/index.ts'
import { applyAggregate, encodeModel, type LearningModel, phaseAt } from '../../learning/rounds/index.ts'
import { abortable, either } from '../../network/abortable.ts'
import { sleep } from '../../platform/timers.ts'
import type { LearningRecord, LearningRecords, LearningRole } from '../../policy/learning-records.ts'
import { PAUSE, TICK } from './constants.ts'
import type { Moment, Role } from './role.ts'
import type { RoundChain } from './round-chain.ts'
import { placesIn } from './round-state.ts'
import type { Workshop } from './workshop.ts'

export interface RoundComponents {
  record: LearningRecord
  records: LearningRecords
  agent: Address
  onChain: RoundChain
  workshop: Workshop
  /** Makes what a role does. */
  roleOf: (role: LearningRole) => Role
  /** Hears of what failed, and will be tried again. */
  report: (error: unknown) => void
  signal: AbortSignal
  /** Is told when nothing is left to do. */
  onEnd: () => void
}

/** What came of a round. */
export interface RoundResult {
  /** To train on. */
  model: LearningModel
  /** Digest of its content. */
  content: Hex
  /** The model that it was made from, the updates and the rule; to be signed by `signOrigin`. */
  origin: ModelOrigin
}

/** One round of learning in which this agent takes part, in one role or several. */
export class LearningRound {
  readonly id: Hex
  readonly task: LearningTask
  readonly #components: RoundComponents
  readonly #roles = new Map<LearningRole, { role: Role; againAt: number }>()
  readonly #events = new EventEmitter<{ moment: [moment: Moment] }>()
  #moment: Moment | undefined
  /** Whether nothing is left to do for this agent. */
  #isDone = false
  /** What looks at the round; undefined while nothing is left to do, and nobody waits. */
  #looking: Promise<void> | undefined

  constructor(components: RoundComponents) {
    this.#components = components
    this.id = components.record.id
    this.task = components.record.task
  }

  /** How it stood when the chain was asked last; undefined before. */
  get moment(): Moment | undefined {
    return this.#moment
  }

  /**
   * Waits until the round stands as `test` asks.
   *
   * @throws what `test` throws, or `signal` was aborted with; RefusedError `DISCONNECTED` when the agent leaves
   */
  async until(test: (moment: Moment) => boolean, options: { signal?: AbortSignal } = {}): Promise<Moment> {
    const { promise, resolve, reject } = Promise.withResolvers<Moment>()
    const offer = (moment: Moment) => {
      try {
        if (test(moment)) resolve(moment)
      } catch (error) {
        // It is for who asked: the round goes on.
        reject(error)
      }
    }
    this.#events.on('moment', offer)
    this.#look()
    if (this.#moment !== undefined) offer(this.#moment)
    const until = either(this.#components.signal, options.signal)
    return abortable(() => promise, until).finally(() => this.#events.off('moment', offer))
  }

  /**
   * Waits until nothing is left to do for this agent: what it earned is in its ledger balance, and its stakes are free. An agent
   * that leaves before goes on when it connects again.
   *
   * @throws what `signal` was aborted with; RefusedError `DISCONNECTED` when the agent leaves
   */
  over(options: { signal?: AbortSignal } = {}): Promise<Moment> {
    return this.until(() => this.#isDone, options)
  }

  /**
   * The model with the result that stands, which this agent then serves, too, and where it comes from.
   *
   * @returns undefined when no result stands
   * @throws what {@link until} does; RefusedError `CONTENT_UNAVAILABLE` when the model or the result cannot be had
   *
   * @example
   * ```ts
   * const result = await round.result()
   * const signed = result && signOrigin(result.origin, await network.load())
   * ```
   */
  async result(options: { signal?: AbortSignal } = {}): Promise<RoundResult | undefined> {
    const { view } = await this.until((moment) => moment.view.settled !== undefined, options)
    const proposal = view.proposals.find(({ root }) => root === view.settled?.result)
    if (proposal === undefined) return undefined
    const { workshop, onChain } = this.#components
    const { model: _, ...base } = await workshop.model()
    const counted = await onChain.counted()
    const own = await workshop.aggregated(view, counted)
    const values = own?.root === proposal.root ? own.values : await workshop.proposal(view, proposal)
    if (values === undefined) return undefined
    const model = { ...base, parameters: applyAggregate(base.parameters, values, base.scale) }
    const content = await workshop.publish(encodeModel(model))
    const updates = placesIn(counted).flatMap((index) => {
      const { participant, revealed } = view.participants[index] ?? {}
      const isThere = participant !== undefined && revealed !== undefined
      return isThere ? [{ content: revealed.contentId, agent: participant, weight: 1 }] : []
    })
    const { rule: name, trim, clip, baseModel } = this.task
    const rule = { name, parameters: { trim, clip, scale: base.scale } }
    return { model, content, origin: { model: content, base: baseModel, updates, rule } }
  }

  /** Does what is due until nothing is left to do, or the agent leaves. */
  run(): Promise<void> {
    return this.#look()
  }

  /** Looks at the round again and again: for as long as something is left to do, or somebody waits. */
  #look(): Promise<void> {
    this.#looking ??= this.#watch().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #watch(): Promise<void> {
    const { report, signal } = this.#components
    while (!signal.aborted && !(this.#isDone && this.#events.listenerCount('moment') === 0)) {
      try {
        const moment = await this.#read()
        if (!this.#isDone && (await this.#act(moment))) await this.#end()
      } catch (error) {
        if (!signal.aborted) report(error)
      }
      await sleep(TICK, signal).catch(() => undefined)
    }
  }

  async #end(): Promise<void> {
    const { records, onEnd } = this.#components
    await records.end(this.id)
    this.#isDone = true
    onEnd()
  }

  async #read(): Promise<Moment> {
    const { onChain } = this.#components
    const now = await onChain.now()
    // The next block may be of a second that is not later than the newest: a phase has begun for sure one second on.
    const moment = { now, phase: phaseAt(this.task, now - 1n), view: await onChain.view() }
    this.#moment = moment
    this.#events.emit('moment', moment)
    return moment
  }

  /** @returns whether nothing is left to do */
  async #act(moment: Moment): Promise<boolean> {
    const { record, roleOf, report, signal } = this.#components
    let isDone = true
    for (const name of record.roles) {
      const entry = this.#roles.get(name) ?? { role: roleOf(name), againAt: 0 }
      this.#roles.set(name, entry)
      if (entry.role.isDone(moment)) continue
      isDone = false
      if (performance.now() < entry.againAt) continue
      try {
        await entry.role.act(moment)
      } catch (error) {
        if (signal.aborted) return false
        entry.againAt = performance.now() + PAUSE
        report(error)
      }
    }
    return isDone
  }
}
