import { bytesToHex } from 'viem'
import { keccak } from '../../../protocol/keccak.ts'
import type { LearningTask } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { chunkRoot, encodeChunks } from '../../learning/chunk-tree.ts'
import { aggregate } from '../../learning/fixed-point.ts'
import type { Examples } from '../../learning/models/index.ts'
import {
  decodeExamples,
  decodeFixedPoint,
  decodeModel,
  encodeFixedPoint,
  evaluationOf,
  scoreUpdates,
  shortestPhase,
  type TaskModel,
} from '../../learning/rounds/index.ts'
import { checkHiddenSet, checkModel } from './checks.ts'
import { FETCH_PART, FETCH_TIMEOUT, FETCHES, MAX_MODEL_BYTES, MAX_SET_BYTES } from './constants.ts'
import { placesIn, type RoundState } from './round-state.ts'

/** Gets and keeps content by its digest; see `agent/protocols/content`. */
export interface ContentExchange {
  put(bytes: Uint8Array): Promise<Hex>
  unpin(digest: Hex): Promise<void>
  fetch(
    digest: Hex,
    providers: readonly Address[],
    options: { signal: AbortSignal; maxBytes: number },
  ): Promise<Uint8Array>
}

export interface WorkshopComponents {
  id: Hex
  task: LearningTask
  content: ContentExchange
  /** Ends what is under way. */
  signal: AbortSignal
  /** Hears of what could not be had, or is malformed. */
  report: (error: unknown) => void
}

/** An aggregate, of which updates, and what is proposed of it. */
export interface Aggregated {
  /** Of the updates that count, in the order of the participants. */
  updates: Int32Array[]
  values: Int32Array
  root: Hex
}

/** What is worked with in one round: the model, the updates that are fetched and verified, the hidden set. */
export class Workshop {
  readonly #components: WorkshopComponents
  readonly #updates = new Map<Hex, Int32Array>()
  /** Roots whose content is not what they commit to: it never will be. */
  readonly #malformed = new Set<Hex>()
  /** How often each participant's update was asked for. */
  readonly #tries = new Map<number, number>()
  #model: TaskModel | undefined
  #examples: { root: Hex; set: Examples | undefined } | undefined
  #aggregated: { counted: bigint; result: Aggregated } | undefined

  constructor(components: WorkshopComponents) {
    this.#components = components
  }

  /**
   * The model that is trained, from whoever requested it.
   *
   * @throws RefusedError `CONTENT_UNAVAILABLE` or the like when it cannot be had; `MODEL_REFUSED` when it is not what the task
   *   says
   */
  async model(): Promise<TaskModel> {
    const { task } = this.#components
    if (this.#model !== undefined) return this.#model
    const bytes = await this.#fetch(task.baseModel, [task.requester], MAX_MODEL_BYTES)
    const model = decodeModel(bytes)
    checkModel(model, task)
    this.#model = model
    return model
  }

  /** Root and bytes of an update or an aggregate, as they are committed to and travel. */
  pack(values: Int32Array): { root: Hex; bytes: Uint8Array } {
    return { root: this.#rootOf(values), bytes: encodeFixedPoint(values) }
  }

  /** Stores what {@link pack} made, for others to fetch. @returns the digest of its content id */
  publish(bytes: Uint8Array): Promise<Hex> {
    return this.#components.content.put(bytes)
  }

  /**
   * Gets some of what is lacking of updates: a few, so that who is waiting sees to the time before it asks for more. Those come
   * first that were asked for least, so that whoever gives nothing does not keep others' from coming.
   *
   * @returns places of those that are here, whole and well formed, bit i for participant i
   */
  async collect(view: RoundState, wanted: readonly number[]): Promise<bigint> {
    const triesOf = (index: number) => this.#tries.get(index) ?? 0
    const lacking = wanted.filter((index) => this.#updateOf(view, index) === undefined)
    const next = lacking.sort((a, b) => triesOf(a) - triesOf(b)).slice(0, FETCHES)
    for (const index of next) this.#tries.set(index, triesOf(index) + 1)
    await Promise.all(next.map((index) => this.#obtain(view, index)))
    const here = wanted.filter((index) => this.#updateOf(view, index) !== undefined)
    return here.reduce((mask, index) => mask | (1n << BigInt(index)), 0n)
  }

  /** The aggregate of the updates that count; undefined while one of them cannot be had. */
  async aggregated(view: RoundState, counted: bigint): Promise<Aggregated | undefined> {
    if (this.#aggregated?.counted === counted) return this.#aggregated.result
    const places = placesIn(counted)
    if ((await this.collect(view, places)) !== counted) return undefined
    const updates = places.flatMap((index) => this.#updateOf(view, index) ?? [])
    const values = aggregate(updates, this.#components.task)
    const result = { updates, values, root: this.#rootOf(values) }
    this.#aggregated = { counted, result }
    return result
  }

  /** Scores of the updates that count, one per participant; none when the hidden set is not to be had. */
  async scores(view: RoundState, counted: bigint): Promise<number[]> {
    const model = await this.model()
    const examples = await this.#hiddenSet(view, model)
    if (examples === undefined) return []
    const places = new Set(placesIn(counted))
    const updates = view.participants.map((_, index) =>
      places.has(index) ? this.#updateOf(view, index) : undefined,
    )
    return scoreUpdates(evaluationOf(model, examples), updates)
  }

  /** A proposed aggregate; undefined when it is not to be had, or is none. */
  async proposal(view: RoundState, { root, contentId, agentId }: RoundState['proposals'][number]) {
    const own = view.participants.filter((entry) => entry.agentId === agentId)
    const from = [...own.map(({ participant }) => participant), this.#components.task.requester]
    return this.#vector(root, contentId, from)
  }

  async #hiddenSet(view: RoundState, model: TaskModel): Promise<Examples | undefined> {
    const { task, report } = this.#components
    if (view.hidden === undefined) return undefined
    const { setRoot } = view.hidden
    if (this.#examples?.root === setRoot) return this.#examples.set
    const bytes = await this.#fetch(setRoot, [task.requester, ...evaluatorsOf(view)], MAX_SET_BYTES)
    let set: Examples | undefined
    try {
      set = decodeExamples(bytes)
      checkHiddenSet(model, set)
    } catch (error) {
      report(error)
      set = undefined
    }
    this.#examples = { root: setRoot, set }
    return set
  }

  async #obtain(view: RoundState, index: number): Promise<void> {
    const entry = view.participants[index]
    if (entry?.revealed === undefined) return
    const { updateRoot, contentId } = entry.revealed
    // Everybody has the model from the requester, so it knows them all when they do not know one another yet.
    const from = [entry.participant, this.#components.task.requester, ...evaluatorsOf(view)]
    const update = await this.#vector(updateRoot, contentId, from)
    if (update !== undefined) this.#updates.set(updateRoot, update)
  }

  /** A vector that its root vouches for. */
  async #vector(root: Hex, contentId: Hex, from: readonly Address[]): Promise<Int32Array | undefined> {
    const { task, report, signal } = this.#components
    if (this.#malformed.has(root)) return undefined
    try {
      const bytes = await this.#fetch(contentId, from, MAX_MODEL_BYTES)
      const vector = vectorIn(bytes)
      if (vector?.length === task.dimension && this.#rootOf(vector) === root) return vector
      this.#malformed.add(root)
    } catch (error) {
      signal.throwIfAborted()
      report(error)
    }
    return undefined
  }

  #updateOf(view: RoundState, index: number): Int32Array | undefined {
    const root = view.participants[index]?.revealed?.updateRoot
    return root === undefined ? undefined : this.#updates.get(root)
  }

  #rootOf(values: Int32Array): Hex {
    return bytesToHex(chunkRoot(encodeChunks(values, this.#components.task.chunkSize), keccak))
  }

  #fetch(digest: Hex, from: readonly Address[], maxBytes: number): Promise<Uint8Array> {
    const { task, content, signal } = this.#components
    const timeout = Math.min(FETCH_TIMEOUT, shortestPhase(task) * 1000 * FETCH_PART)
    const until = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
    return content.fetch(digest, from, { signal: until, maxBytes })
  }
}

function vectorIn(bytes: Uint8Array): Int32Array | undefined {
  try {
    return decodeFixedPoint(bytes)
  } catch {
    return undefined
  }
}

function evaluatorsOf({ seats, lots }: RoundState): Address[] {
  return seats.flatMap(({ lot }) => lots[lot]?.evaluator ?? [])
}
