/** A deployment of learning rounds with its people, and the tasks and commitments they make. */
import { getCreateAddress, type HDNodeWallet, TypedDataEncoder, type Wallet } from 'ethers'
import type { LearningPanel } from '../../../types/ethers-contracts/LearningPanel.ts'
import type { LearningTaskStruct } from '../../../types/ethers-contracts/LearningRegistry.ts'
import { agentWalletTypes, DOLLAR, ethers, type Signer as NodeSigner, SALT, time } from '../base.ts'

export const Rule = { ClippedMean: 0n, Median: 1n, TrimmedMean: 2n }
export const RoundStatus = { None: 0n, Open: 1n, Cancelled: 2n, Settled: 3n }
export const UpdateStatus = { None: 0n, Committed: 1n, Revealed: 2n, Slashed: 3n }
export const ProposalStatus = { None: 0n, Standing: 1n, Refuted: 2n, Closed: 3n }

/** Seconds of every phase. */
export const PHASE = 600
export const REWARD = 100n * DOLLAR
export const EVALUATION_FEE = 10n * DOLLAR
export const AGGREGATION_FEE = DOLLAR
export const ESCROWED = REWARD + EVALUATION_FEE + AGGREGATION_FEE
export const STAKE = 5n * DOLLAR
export const EVALUATOR_STAKE = 3n * DOLLAR
/** What every agent stakes for either side. */
export const STAKED = 50n * DOLLAR

/** The hidden set, and what kept it secret. */
export const SET_ROOT = ethers.id('hidden set')
export const SET_SALT = ethers.id('salt of the hidden set')

export type Task = {
  [K in keyof LearningTaskStruct]: LearningTaskStruct[K] extends infer V
    ? Exclude<V, Promise<unknown>>
    : never
}
export type Learning = Awaited<ReturnType<typeof deployLearning>>

/** An account of the test network, or a key of its own. */
export type Signer = NodeSigner | HDNodeWallet | Wallet

/** Somebody who speaks for an agent of its own. */
export interface Agent {
  signer: Signer
  agentId: bigint
}

export const learningTypes = {
  LearningTask: [
    { name: 'requester', type: 'address' },
    { name: 'token', type: 'address' },
    { name: 'reward', type: 'uint128' },
    { name: 'evaluationFee', type: 'uint128' },
    { name: 'aggregationFee', type: 'uint128' },
    { name: 'participantStake', type: 'uint128' },
    { name: 'evaluatorStake', type: 'uint128' },
    { name: 'rule', type: 'uint8' },
    { name: 'trim', type: 'uint8' },
    { name: 'maxParticipants', type: 'uint8' },
    { name: 'panel', type: 'uint8' },
    { name: 'clip', type: 'uint32' },
    { name: 'dimension', type: 'uint32' },
    { name: 'chunkSize', type: 'uint16' },
    { name: 'tolerance', type: 'uint32' },
    { name: 'commitUntil', type: 'uint64' },
    { name: 'revealUntil', type: 'uint64' },
    { name: 'attestUntil', type: 'uint64' },
    { name: 'scoreUntil', type: 'uint64' },
    { name: 'closeAt', type: 'uint64' },
    { name: 'baseModel', type: 'bytes32' },
    { name: 'evaluationRoot', type: 'bytes32' },
    { name: 'nonce', type: 'uint256' },
  ],
}
const commitmentTypes = {
  UpdateCommitment: [
    { name: 'task', type: 'bytes32' },
    { name: 'participant', type: 'address' },
    { name: 'updateRoot', type: 'bytes32' },
    { name: 'contentId', type: 'bytes32' },
    { name: 'salt', type: 'bytes32' },
  ],
}
const scoreTypes = {
  ScoreCommitment: [
    { name: 'task', type: 'bytes32' },
    { name: 'evaluator', type: 'address' },
    { name: 'scores', type: 'int32[]' },
    { name: 'resultRoot', type: 'bytes32' },
    { name: 'salt', type: 'bytes32' },
  ],
}

/** Ledger, vault and registries; the ledger knows the learning registry by its future address. */
export async function deployLearning() {
  const [deployer, requester, feeRecipient, stranger, ...others] = await ethers.getSigners()
  if (!deployer || !requester || !feeRecipient || !stranger) throw new Error('too few accounts')
  const token = await ethers.deployContract('TestDollar')
  const identities = await ethers.deployContract('IdentityRegistry')
  const vault = await ethers.deployContract('StakeVault', [token, identities])
  const future = getCreateAddress({ from: deployer.address, nonce: (await deployer.getNonce()) + 1 })
  const ledger = await ethers.deployContract('Ledger', [[future], feeRecipient])
  const rounds = await ethers.deployContract('LearningRegistry', [ledger, vault, identities, SALT])
  const panel: LearningPanel = await ethers.getContractAt('LearningPanel', await rounds.panel())
  const addresses = {
    token: await token.getAddress(),
    ledger: await ledger.getAddress(),
    vault: await vault.getAddress(),
    registry: await identities.getAddress(),
    rounds: await rounds.getAddress(),
    panel: await panel.getAddress(),
  }
  const d = {
    deployer,
    requester,
    stranger,
    others,
    token,
    registry: identities,
    vault,
    ledger,
    rounds,
    panel,
    addresses,
  }
  await fundRequester(d, 10n * ESCROWED)
  return d
}

/** The deployment with five participants and five evaluators, all staked, and a requester that has an agent too. */
export async function community() {
  const d = await deployLearning()
  const agents: Agent[] = []
  for (const signer of d.others.slice(0, 10)) agents.push(await newAgent(d, signer))
  const requesting = await newAgent(d, d.requester)
  return { ...d, participants: agents.slice(0, 5), evaluators: agents.slice(5, 10), requesting }
}

export type Community = Awaited<ReturnType<typeof community>>

type Funds = Pick<Learning, 'requester' | 'token' | 'ledger' | 'addresses'>

async function fundRequester(d: Funds, amount: bigint) {
  await d.token.mint(d.requester, amount)
  await d.token.connect(d.requester).approve(d.ledger, amount)
  await d.ledger.connect(d.requester).deposit(d.token, d.requester, amount)
}

/** Registers an agent that its owner speaks for, and stakes for both sides of a round. */
export async function newAgent(d: Learning, signer: Signer): Promise<Agent> {
  const agentId = await d.registry.connect(signer)['register()'].staticCall()
  await d.registry.connect(signer)['register()']()
  await bind(d, { signer, agentId }, signer)
  await d.token.mint(signer, 2n * STAKED)
  await d.token.connect(signer).approve(d.vault, 2n * STAKED)
  await d.vault.connect(signer).stake(agentId, d.rounds, STAKED)
  await d.vault.connect(signer).stake(agentId, d.panel, STAKED)
  return { signer, agentId }
}

/** Binds a key to an agent, which then speaks for it. */
export async function bind(d: Learning, { signer: owner, agentId }: Agent, key: Signer) {
  const domain = {
    name: 'ERC8004IdentityRegistry',
    version: '1',
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: d.addresses.registry,
  }
  const deadline = (await time.latest()) + 240
  const message = { agentId, newWallet: key.address, owner: owner.address, deadline }
  const signature = await key.signTypedData(domain, agentWalletTypes, message)
  await d.registry.connect(owner).setAgentWallet(agentId, key, deadline, signature)
}

/** What the requester commits to: the hidden set, and a canary if it has one. */
export function evaluationRoot(canary: string = ethers.ZeroHash): string {
  const encoded = ethers.AbiCoder.defaultAbiCoder().encode(
    ['bytes32', 'bytes32', 'bytes32'],
    [SET_ROOT, canary, SET_SALT],
  )
  return ethers.keccak256(encoded)
}

/** A canary: an update whose score the requester knows. */
export function canaryOf(updateRoot: string, score: bigint, salt: string): string {
  const encoded = ethers.AbiCoder.defaultAbiCoder().encode(
    ['bytes32', 'int32', 'bytes32'],
    [updateRoot, score, salt],
  )
  return ethers.keccak256(encoded)
}

/** A task whose phases begin now, of {@link PHASE} seconds each: six coordinates in chunks of four. */
export async function newTask(d: Learning, overrides: Partial<Task> = {}): Promise<Task> {
  const now = BigInt(await time.latest())
  const endOf = (phases: number) => now + BigInt(phases * PHASE)
  return {
    requester: d.requester.address,
    token: d.addresses.token,
    reward: REWARD,
    evaluationFee: EVALUATION_FEE,
    aggregationFee: AGGREGATION_FEE,
    participantStake: STAKE,
    evaluatorStake: EVALUATOR_STAKE,
    rule: Rule.TrimmedMean,
    trim: 1n,
    maxParticipants: 5n,
    panel: 3n,
    clip: 1_000n,
    dimension: 6n,
    chunkSize: 4n,
    tolerance: 0n,
    commitUntil: endOf(1),
    revealUntil: endOf(2),
    attestUntil: endOf(3),
    scoreUntil: endOf(4),
    closeAt: endOf(5),
    baseModel: ethers.id('base model'),
    evaluationRoot: evaluationRoot(),
    nonce: 1n,
    ...overrides,
  }
}

/** The domain that a contract of ours verifies. */
export async function domainOf(verifyingContract: string) {
  const { chainId } = await ethers.provider.getNetwork()
  return { name: 'MESH', version: '1', chainId, verifyingContract, salt: SALT }
}

export async function taskId(d: Learning, task: Task): Promise<string> {
  return TypedDataEncoder.hash(await domainOf(d.addresses.rounds), learningTypes, task)
}

/** What opens a participant's commitment. */
export interface Opening {
  updateRoot: string
  contentId: string
  salt: string
}

export async function updateCommitment(d: Learning, task: Task, participant: string, opening: Opening) {
  const message = { task: await taskId(d, task), participant, ...opening }
  return TypedDataEncoder.hash(await domainOf(d.addresses.rounds), commitmentTypes, message)
}

/** What opens an evaluator's commitment. */
export interface Sheet {
  scores: readonly (bigint | number)[]
  resultRoot: string
  salt: string
}

export async function scoreCommitment(d: Learning, task: Task, evaluator: string, sheet: Sheet) {
  const message = { task: await taskId(d, task), evaluator, ...sheet }
  return TypedDataEncoder.hash(await domainOf(d.addresses.panel), scoreTypes, message)
}
