import { type Hex, hashTypedData, keccak256, stringToHex } from 'viem'
import type { HDAccount } from 'viem/accounts'
import { learningPanelAbi, learningRegistryAbi, stakeVaultAbi } from '../../../protocol/abis/index.ts'
import type { Address } from '../../../protocol/types.ts'
import type { Market } from './market.ts'

/** Seconds of every phase. */
const PHASE = 600
const STAKE = 5_000_000n
export const REWARD = 100_000_000n
export const AGGREGATION_FEE = 1_000_000n

const name = (text: string) => keccak256(stringToHex(text))

/** Acts on one round of learning: five phases of ten minutes. */
export class LearningRound {
  readonly id: Hex
  readonly task
  readonly #market: Market
  readonly #registry: Address
  readonly #requester: HDAccount

  private constructor(
    market: Market,
    requester: HDAccount,
    id: Hex,
    task: Awaited<ReturnType<typeof newTask>>,
  ) {
    this.id = id
    this.task = task
    this.#market = market
    this.#requester = requester
    this.#registry = registryOf(market)
  }

  /** @param nonce another one for each round */
  static async open(market: Market, requester: HDAccount, nonce: bigint): Promise<LearningRound> {
    const task = await newTask(market, requester, nonce)
    const registry = registryOf(market)
    const abi = learningRegistryAbi
    const id = await market.client.readContract({
      ...{ address: registry, abi, functionName: 'idOf', args: [task] },
    })
    await market.send(requester, registry, abi, 'openTask', [task])
    return new LearningRound(market, requester, id, task)
  }

  /** Stakes for its agent and commits to an update. */
  async commit(participant: HDAccount, agentId: bigint, update: string): Promise<void> {
    await this.#stake(participant, agentId, this.#registry)
    await this.#call(participant, 'commitUpdate', [this.#commitmentOf(participant, update)])
  }

  async reveal(who: HDAccount, place: number, update: string): Promise<void> {
    await this.#call(who, 'revealUpdate', [place, name(update), name(`cid of ${update}`), name('salt')])
  }

  /** Stakes for its agent and offers to evaluate. */
  async enlist(evaluator: HDAccount, agentId: bigint): Promise<void> {
    const panel = await this.#panel()
    await this.#stake(evaluator, agentId, panel)
    await this.#market.send(evaluator, panel, learningPanelAbi, 'enlist', [this.task])
  }

  async drawPanel(): Promise<void> {
    const panel = await this.#panel()
    await this.#market.send(this.#requester, panel, learningPanelAbi, 'drawPanel', [this.task])
    await this.#market.test.mine({ blocks: 1 })
    await this.#market.send(this.#requester, panel, learningPanelAbi, 'drawPanel', [this.task])
  }

  async propose(who: HDAccount, model: string): Promise<void> {
    await this.#call(who, 'proposeResult', [name(model), name(`cid of ${model}`)])
  }

  async settle(): Promise<void> {
    await this.#call(this.#requester, 'settle', [])
  }

  async cancel(): Promise<void> {
    await this.#call(this.#requester, 'cancelTask', [])
  }

  async slash(place: number): Promise<void> {
    await this.#call(this.#requester, 'slashParticipant', [place])
  }

  async claim(place: number): Promise<void> {
    await this.#call(this.#requester, 'claim', [place])
  }

  async claimResult(): Promise<void> {
    await this.#call(this.#requester, 'claimResult', [])
  }

  /** Lets a phase end. */
  async pass(until: 'commitUntil' | 'revealUntil' | 'attestUntil' | 'scoreUntil' | 'closeAt'): Promise<void> {
    await this.#market.pass(Number(this.task[until] - (await this.#market.now())) + 1)
  }

  /** What the contract says of it. */
  async roundOf() {
    return this.#market.client.readContract({
      address: this.#registry,
      abi: learningRegistryAbi,
      functionName: 'roundOf',
      args: [this.id],
    })
  }

  /** Root of a model or an update, as tests name them. */
  rootOf(text: string): Hex {
    return name(text)
  }

  async #stake(who: HDAccount, agentId: bigint, module: Address): Promise<void> {
    const { treasury } = this.#market.deployment.contracts
    await this.#market.send(who, treasury, stakeVaultAbi, 'stake', [agentId, module, STAKE])
  }

  #commitmentOf(participant: HDAccount, update: string): Hex {
    const { chainId, salt } = this.#market.deployment
    return hashTypedData({
      domain: { name: 'MESH', version: '1', chainId, verifyingContract: this.#registry, salt },
      types: {
        UpdateCommitment: [
          { name: 'task', type: 'bytes32' },
          { name: 'participant', type: 'address' },
          { name: 'updateRoot', type: 'bytes32' },
          { name: 'contentId', type: 'bytes32' },
          { name: 'salt', type: 'bytes32' },
        ],
      },
      primaryType: 'UpdateCommitment',
      message: {
        task: this.id,
        participant: participant.address,
        updateRoot: name(update),
        contentId: name(`cid of ${update}`),
        salt: name('salt'),
      },
    })
  }

  async #panel(): Promise<Address> {
    return this.#market.client.readContract({
      ...{ address: this.#registry, abi: learningRegistryAbi, functionName: 'panel' },
    })
  }

  async #call(from: HDAccount, functionName: string, args: unknown[]): Promise<void> {
    await this.#market.send(from, this.#registry, learningRegistryAbi, functionName, [this.task, ...args])
  }
}

function registryOf(market: Market): Address {
  const { learningRegistry } = market.deployment.contracts
  if (learningRegistry === undefined) throw new Error('the market has no learning')
  return learningRegistry
}

async function newTask(market: Market, requester: HDAccount, nonce: bigint) {
  const now = await market.now()
  const endOf = (phases: number) => now + BigInt(phases * PHASE)
  return {
    requester: requester.address,
    token: market.deployment.contracts.testDollar,
    reward: REWARD,
    evaluationFee: 0n,
    aggregationFee: AGGREGATION_FEE,
    participantStake: STAKE,
    evaluatorStake: STAKE,
    rule: 1,
    trim: 0,
    maxParticipants: 5,
    panel: 1,
    clip: 1_000,
    dimension: 6,
    chunkSize: 4,
    tolerance: 0,
    commitUntil: endOf(1),
    revealUntil: endOf(2),
    attestUntil: endOf(3),
    scoreUntil: endOf(4),
    closeAt: endOf(5),
    baseModel: name('base model'),
    evaluationRoot: name('hidden set'),
    nonce,
  } as const
}
