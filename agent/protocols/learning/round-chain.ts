import type { LearningTask } from '../../../protocol/learning.ts'
import type { Hex } from '../../../protocol/types.ts'
import { type RoundEvent, roundEvents } from '../../chain/actions/learning-events.ts'
import * as panel from '../../chain/actions/learning-panel.ts'
import * as registry from '../../chain/actions/learning-registry.ts'
import type { Call } from '../../chain/call.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Wallet } from '../../chain/wallet.ts'
import { abortable } from '../../network/abortable.ts'
import type { OwnHiddenSet, OwnScores, OwnUpdate } from '../../policy/learning-records.ts'
import { UNSETTLED_BLOCKS } from './constants.ts'
import { type RoundState, viewOf } from './round-state.ts'

export interface RoundChainComponents {
  chain: ChainClient
  wallet: Wallet
  contracts: { registry: Hex; panel: Hex }
  id: Hex
  task: LearningTask
  /** A block that is not after the one in which the task was opened. */
  block: bigint
  /** Ends what is under way. */
  signal: AbortSignal
}

/** One round on chain: what was logged of it, and what is sent to it. All of it throws ChainError. */
export class RoundChain {
  readonly #components: RoundChainComponents
  /** Logs that were read, in their sequence, and the first block that was not. */
  #events: RoundEvent[] = []
  #next: bigint

  constructor(components: RoundChainComponents) {
    this.#components = components
    this.#next = components.block
  }

  /** The later of this machine's time and the newest block's, Unix seconds. */
  now(): Promise<bigint> {
    return this.#wait(() => this.#components.chain.now(true))
  }

  /** What the chain logged until now. The newest blocks are read again each time, for they may be replaced. */
  async view(): Promise<RoundState> {
    const { chain, contracts, id, block } = this.#components
    const toBlock = await this.#wait(() => chain.client.getBlockNumber())
    const safe = toBlock - UNSETTLED_BLOCKS
    const settled = this.#next < safe ? this.#next : safe
    const fromBlock = settled > block ? settled : block
    const kept = this.#events.filter(({ blockNumber }) => blockNumber < fromBlock)
    const read = await this.#wait(() => roundEvents(chain.client, contracts, id, { fromBlock, toBlock }))
    this.#events = [...kept, ...read]
    this.#next = toBlock + 1n
    return viewOf(this.#events)
  }

  /** Which updates count, bit i for participant i; final when attesting is over. */
  counted(): Promise<bigint> {
    const { chain, contracts, id } = this.#components
    return this.#wait(() => panel.countedOf(chain.client, contracts.panel, id, this.#seen))
  }

  /** Minor units that a participant is credited of a settled round. */
  shareOf(index: number): Promise<bigint> {
    const { chain, contracts, id } = this.#components
    return this.#wait(() => registry.shareOf(chain.client, contracts.registry, id, index, this.#seen))
  }

  /** Whether a seat earned a part of the evaluation fee of a settled round. */
  async isPaid(seat: number): Promise<boolean> {
    const { chain, contracts, id } = this.#components
    const { paidSeats } = await this.#wait(() =>
      registry.roundOf(chain.client, contracts.registry, id, this.#seen),
    )
    return ((paidSeats >> seat) & 1) === 1
  }

  commit(commitment: Hex): Promise<void> {
    return this.#send(({ registry: at }, task) => registry.commitUpdate(at, task, commitment))
  }

  reveal(index: number, update: OwnUpdate): Promise<void> {
    return this.#send(({ registry: at }, task) => registry.revealUpdate(at, task, index, update))
  }

  onTask(name: 'settle' | 'claimResult'): Promise<void> {
    return this.#send(({ registry: at }, task) => registry.onTask(at, name, task))
  }

  onParticipant(name: 'slashParticipant' | 'claim', index: number): Promise<void> {
    return this.#send(({ registry: at }, task) => registry.onParticipant(at, name, task, index))
  }

  propose(root: Hex, contentId: Hex): Promise<void> {
    return this.#send(({ registry: at }, task) => registry.proposeResult(at, task, { root, contentId }))
  }

  challenge(challenge: registry.ChunkChallenge): Promise<void> {
    return this.#send(({ registry: at }, task) => registry.challengeResult(at, task, challenge))
  }

  closeProposal(root: Hex): Promise<void> {
    return this.#send(({ registry: at }, task) => registry.closeProposal(at, task, root))
  }

  onPanel(name: 'enlist' | 'drawPanel'): Promise<void> {
    return this.#send(({ panel: at }, task) => panel.onPanel(at, name, task))
  }

  release(name: 'releaseLot' | 'closeSeat', index: number): Promise<void> {
    return this.#send(({ panel: at }, task) => panel.release(at, name, task, index))
  }

  claimSeat(seat: number): Promise<void> {
    return this.#send(({ registry: at }, task) => registry.claimSeat(at, task, seat))
  }

  attest(seat: number, available: bigint): Promise<void> {
    return this.#send(({ panel: at }, task) => panel.attest(at, task, seat, available))
  }

  openEvaluation({ setRoot, salt, canary }: OwnHiddenSet, uri: string): Promise<void> {
    const hidden = { setRoot, salt, canary: panel.canaryOf(canary) }
    return this.#send(({ panel: at }, task) => panel.openEvaluation(at, task, hidden, uri))
  }

  openCanary(index: number, known: { score: number; salt: Hex }): Promise<void> {
    return this.#send(({ panel: at }, task) => panel.openCanary(at, task, index, known))
  }

  commitScores(seat: number, commitment: Hex): Promise<void> {
    return this.#send(({ panel: at }, task) => panel.commitScores(at, task, seat, commitment))
  }

  revealScores(seat: number, sheet: OwnScores): Promise<void> {
    return this.#send(({ panel: at }, task) => panel.revealScores(at, task, seat, sheet))
  }

  /**
   * The block up to which logs were read: whoever saw there that a round is settled must not be told by a node that is behind
   * that it earned nothing.
   */
  get #seen(): bigint {
    return this.#next - 1n
  }

  async #send(
    build: (contracts: RoundChainComponents['contracts'], task: LearningTask) => Call,
  ): Promise<void> {
    const { wallet, contracts, task, signal } = this.#components
    await wallet.send(build(contracts, task), signal)
  }

  #wait<T>(read: () => Promise<T>): Promise<T> {
    return abortable(read, this.#components.signal)
  }
}
