import { bytesToHex } from 'viem'
import {
  type Deployment,
  learningDomain,
  learningRegistryOf,
  panelDomain,
} from '../../../protocol/deployment.ts'
import { hashLearningTask } from '../../../protocol/eip712.ts'
import { ChainError } from '../../../protocol/errors.ts'
import type { LearningTask } from '../../../protocol/learning.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { type OpenedTask, tasksOpened } from '../../chain/actions/learning-events.ts'
import { canaryOf, evaluationRootOf } from '../../chain/actions/learning-panel.ts'
import { onTask, panelAddressOf } from '../../chain/actions/learning-registry.ts'
import { freeStake } from '../../chain/actions/stake-vault.ts'
import type { Bindings } from '../../chain/bindings.ts'
import type { ChainClient } from '../../chain/client.ts'
import { notRegistered } from '../../chain/not-registered.ts'
import type { Wallet } from '../../chain/wallet.ts'
import { decodeModel, encodeExamples, encodeModel } from '../../learning/rounds/index.ts'
import { either } from '../../network/abortable.ts'
import type { LearningRecord, LearningRecords, LearningRole } from '../../policy/learning-records.ts'
import { checkHiddenSet, checkTask, stakeTooLow, tooLate, tooManyRounds, unknownTask } from './checks.ts'
import { MAX_ROUNDS, SEARCHED_BLOCKS } from './constants.ts'
import { Evaluator } from './evaluator.ts'
import { checkGiven } from './inputs.ts'
import { Participant, type Trainer } from './participant.ts'
import { Requester } from './requester.ts'
import type { Role } from './role.ts'
import { LearningRound } from './round.ts'
import { RoundChain } from './round-chain.ts'
import { CHUNK_SIZE, type TaskTerms, taskOf } from './terms.ts'
import { type ContentExchange, Workshop } from './workshop.ts'

export interface LearningComponents {
  agent: Address
  chain: ChainClient
  deployment: Deployment
  wallet: Wallet
  bindings: Bindings
  content: ContentExchange
  records: LearningRecords
  report: (error: unknown) => void
}

/**
 * Rounds in which agents train a model together, and are paid for what their updates are worth: opened by a requester, kept
 * by the contracts `LearningRegistry` and `LearningPanel`, with updates that travel by content id. See docs/learning.md.
 *
 * What has begun goes on after a restart with the same directory; a participant that had not trained yet gives its trainer again.
 */
export class Learning {
  readonly #components: LearningComponents
  readonly #rounds = new Map<Hex, LearningRound>()
  readonly #trainers = new Map<Hex, Trainer>()
  readonly #leaving = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #panel: Promise<Address> | undefined

  constructor(components: LearningComponents) {
    this.#components = components
  }

  /** Goes on with the rounds that are not over. */
  start(): void {
    const open = this.#components.records.open()
    if (open.length === 0) return
    this.#panelAddress()
      .then(() => Promise.all(open.map((record) => this.#run(record))))
      .catch(this.#components.report)
  }

  /** Ends what is under way here; rounds go on by others, and at the next start. @param reason what those who wait reject with */
  async stop(reason: unknown): Promise<void> {
    this.#leaving.abort(reason)
    await Promise.all(this.#running)
  }

  /** The rounds in which this agent takes part, and which are not over for it. */
  rounds(): LearningRound[] {
    return [...this.#rounds.values()]
  }

  /**
   * Tasks of others and oneself to which agents can commit still, the oldest first.
   *
   * @param searchedBlocks how far back they are looked for
   * @throws ChainError
   */
  async tasks(searchedBlocks = SEARCHED_BLOCKS): Promise<OpenedTask[]> {
    checkGiven('tasks', { searchedBlocks })
    const { chain } = this.#components
    const [found, now] = await Promise.all([this.#search(searchedBlocks), chain.now(true)])
    return found.filter(({ task }) => now <= task.commitUntil)
  }

  /**
   * Opens a task: takes reward and fees from the prefunded balance, and serves the model. The hidden set stays here until
   * updates are revealed; then it is opened, whatever becomes of this process meanwhile, if it runs again in time.
   *
   * @throws RefusedError `TOO_MANY_ROUNDS`; ChainError when the chain refuses, as where the balance is too low; ConfigError, or
   *   RefusedError `TASK_REFUSED` or `EXAMPLES_REFUSED`, where model or hidden set cannot be used
   */
  async open(terms: TaskTerms, options: { signal?: AbortSignal } = {}): Promise<LearningRound> {
    checkGiven('open', { terms, options })
    const signal = either(this.#leaving.signal, options.signal)
    const { agent, chain, deployment, wallet, content, records } = this.#components
    this.#checkRoom()
    checkTask({ dimension: terms.model.parameters.length, chunkSize: CHUNK_SIZE })
    const [model, set] = [encodeModel(terms.model), encodeExamples(terms.hiddenSet)]
    checkHiddenSet(decodeModel(model), terms.hiddenSet)
    const [baseModel, setRoot] = [await content.put(model), await content.put(set)]
    const canary = terms.canary && { ...terms.canary, salt: randomHash() }
    const hidden = { setRoot, salt: randomHash(), canary }
    const evaluationRoot = evaluationRootOf({ setRoot, salt: hidden.salt, canary: canaryOf(canary) })
    const [now, block] = await Promise.all([chain.now(true), chain.client.getBlockNumber()])
    const { testDollar: token } = deployment.contracts
    const task = taskOf(terms, { requester: agent, token, baseModel, evaluationRoot, now })
    const id = this.#idOf(task)
    await records.enter(id, task, block, 'requester')
    await records.addHiddenSet(id, hidden)
    try {
      await wallet.send(onTask(learningRegistryOf(deployment), 'openTask', task), signal)
    } catch (error) {
      // What may have been sent the chain may open yet, and only this agent can open the hidden set then.
      if (isUnsent(error, signal)) await records.end(id)
      else await this.#take(id, 'requester')
      throw error
    }
    return this.#take(id, 'requester')
  }

  /**
   * Takes part in a task: trains, commits, reveals, and is paid for what the update is worth.
   *
   * @param id of the task
   * @throws RefusedError `TASK_UNKNOWN`, `TASK_CLOSED`, `STAKE_TOO_LOW`, `TOO_MANY_ROUNDS`; ChainError
   */
  async participate(id: Hex, trainer: Trainer): Promise<LearningRound> {
    checkGiven('participate', { id, trainer })
    this.#trainers.set(id, trainer)
    const round = this.#rounds.get(id)
    if (round !== undefined && this.#components.records.of(id)?.roles.has('participant')) return round
    const { task, block } = await this.#find(id, ({ commitUntil }) => commitUntil)
    await this.#checkStake('participant', task.participantStake)
    await this.#components.records.enter(id, task, block, 'participant')
    return this.#take(id, 'participant')
  }

  /**
   * Offers to evaluate the updates of a task; whoever is drawn does, and is paid.
   *
   * @throws as {@link participate}
   */
  async evaluate(id: Hex): Promise<LearningRound> {
    checkGiven('evaluate', { id })
    const round = this.#rounds.get(id)
    if (round !== undefined && this.#components.records.of(id)?.roles.has('evaluator')) return round
    const { task, block } = await this.#find(id, ({ revealUntil }) => revealUntil)
    await this.#checkStake('evaluator', task.evaluatorStake)
    await this.#components.records.enter(id, task, block, 'evaluator')
    return this.#take(id, 'evaluator')
  }

  #idOf(task: LearningTask): Hex {
    return hashLearningTask(learningDomain(this.#components.deployment), task)
  }

  async #find(id: Hex, end: (task: LearningTask) => bigint): Promise<OpenedTask> {
    const { chain } = this.#components
    const known = this.#components.records.of(id)
    if (known === undefined) this.#checkRoom()
    const [found] = known === undefined ? await this.#search(SEARCHED_BLOCKS, id) : [known]
    if (found === undefined) throw unknownTask(id)
    checkTask(found.task)
    const now = await chain.now(true)
    if (now > end(found.task)) throw tooLate(id, end(found.task), now)
    return found
  }

  async #search(searchedBlocks: bigint, id?: Hex): Promise<OpenedTask[]> {
    const { chain, deployment } = this.#components
    const toBlock = await chain.client.getBlockNumber()
    const [first, since] = [BigInt(deployment.fromBlock), toBlock - searchedBlocks]
    const range = { fromBlock: since > first ? since : first, toBlock }
    return tasksOpened(chain.client, learningRegistryOf(deployment), range, id)
  }

  async #checkStake(role: 'participant' | 'evaluator', needed: bigint): Promise<void> {
    const { agent, chain, deployment, bindings } = this.#components
    const { agentId, owner: depositor } = await bindings.fresh(agent)
    if (agentId === 0n) throw notRegistered(agent)
    const module = role === 'participant' ? learningRegistryOf(deployment) : await this.#panelAddress()
    const position = { agentId, depositor, module }
    const free = await freeStake(chain.client, deployment.contracts.treasury, position)
    if (free < needed) throw stakeTooLow(role, free, needed)
  }

  async #take(id: Hex, role: LearningRole): Promise<LearningRound> {
    const { records } = this.#components
    const record = records.of(id)
    if (record === undefined) throw unknownTask(id)
    record.roles.add(role)
    return this.#rounds.get(id) ?? (await this.#run(record))
  }

  async #run(record: LearningRecord): Promise<LearningRound> {
    const { chain, deployment, wallet, records, agent, content, report } = this.#components
    const panel = await this.#panelAddress()
    const known = this.#rounds.get(record.id)
    if (known !== undefined) return known
    const { signal } = this.#leaving
    const { id, task, block } = record
    const contracts = { registry: learningRegistryOf(deployment), panel }
    const onChain = new RoundChain({ chain, wallet, contracts, id, task, block, signal })
    const workshop = new Workshop({ id, task, content, signal, report })
    const common = { id, task, record, records, agent, onChain, workshop, report, signal }
    const roleOf = (role: LearningRole): Role => {
      if (role === 'requester') return new Requester(common)
      if (role === 'evaluator') return new Evaluator({ ...common, domain: panelDomain(deployment, panel) })
      const trainer = () => this.#trainers.get(id)
      return new Participant({ ...common, trainer, domain: learningDomain(deployment) })
    }
    const onEnd = () => {
      this.#rounds.delete(id)
      this.#trainers.delete(id)
      this.#letGo(record).catch(report)
    }
    const round = new LearningRound({ ...common, roleOf, onEnd })
    this.#rounds.set(id, round)
    const running = round.run().finally(() => this.#running.delete(running))
    this.#running.add(running)
    return round
  }

  /** What was stored for a round alone may go when room is needed: else the store would be full for good after some rounds. */
  async #letGo(record: LearningRecord): Promise<void> {
    const { content, records } = this.#components
    const needed = new Set(records.open().flatMap(storedFor))
    for (const digest of storedFor(record)) if (!needed.has(digest)) await content.unpin(digest)
  }

  #panelAddress(): Promise<Address> {
    const { chain, deployment } = this.#components
    this.#panel ??= panelAddressOf(chain.client, learningRegistryOf(deployment)).catch((error: unknown) => {
      this.#panel = undefined
      throw error
    })
    return this.#panel
  }

  #checkRoom(): void {
    if (this.#rounds.size >= MAX_ROUNDS) throw tooManyRounds(MAX_ROUNDS)
  }
}

/** What an agent stored for a round. */
function storedFor({ roles, task, update, hidden }: LearningRecord): Hex[] {
  const model = roles.has('requester') ? [task.baseModel] : []
  return [...model, ...(update ? [update.contentId] : []), ...(hidden ? [hidden.setRoot] : [])]
}

/** Whether a transaction that failed was never sent. */
function isUnsent(error: unknown, signal: AbortSignal): boolean {
  const isRefused = error instanceof ChainError && error.code === 'INSUFFICIENT_FUNDS'
  const isReverted = error instanceof ChainError && error.code === 'CALL_REVERTED'
  return isRefused || isReverted || (signal.aborted && error === signal.reason)
}

function randomHash(): Hex {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(32)))
}
