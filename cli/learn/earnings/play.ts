import { randomBytes } from 'node:crypto'
import {
  aggregateInFixedPoint,
  calls,
  chunkRoot,
  type Evaluation,
  encodeChunks,
  type Hex,
  scoreUpdate,
  scoreUpdates,
} from '../../../agent/index.ts'
import { learningDomain, panelDomain } from '../../../protocol/deployment.ts'
import { hashLearningTask, hashScoreCommitment, hashUpdateCommitment } from '../../../protocol/eip712.ts'
import { keccak } from '../../../protocol/keccak.ts'
import type { LearningTask } from '../../../protocol/learning.ts'
import { challengeOf } from './challenge.ts'
import { closeRound } from './close.ts'
import { PHASE, TERMS } from './terms.ts'
import type { Party, World } from './world.ts'

const { learningPanel: onPanel, learningRegistry: onRegistry } = calls
/** Every update is there: nobody in this simulation withholds one that it revealed. */
const ALL = 2n ** 64n - 1n

/** Somebody's update, in fixed point. */
export interface Contribution {
  party: Party
  update: Int32Array
  /** Whether it is never revealed. */
  isMute: boolean
}

/** What is played in a round, and by whom. */
export interface RoundPlan {
  requester: Party
  /** In the order in which they commit. */
  contributions: readonly Contribution[]
  evaluators: readonly Party[]
  evaluation: Evaluation
  /** The participant whose update is the requester's own; without a canary the requester does not say so. */
  canary: Party | undefined
  /** Who proposes the right aggregate, and who a wrong one before. */
  proposer: Party
  forger: Party | undefined
  /** What an evaluator says, given the right scores; undefined when it says nothing. */
  scoresOf(evaluator: Party, right: readonly number[]): readonly number[] | undefined
}

/** What came of a round. */
export interface PlayedRound {
  aggregate: Int32Array
  /** The right scores, one per participant. */
  scores: number[]
  /** Who had a seat. */
  seated: Party[]
}

/** Plays a round from the task to the last claim, everybody sending what it has to at its time. */
export async function playRound(world: World, plan: RoundPlan): Promise<PlayedRound> {
  const { requester, evaluators, evaluation } = plan
  const entries = plan.contributions.map((contribution) => {
    const root = rootOf(contribution.update)
    return { ...contribution, opening: { updateRoot: root, contentId: root, salt: newSalt() } }
  })
  const { task, hidden, known } = await newTask(world, plan, entries)
  const id = hashLearningTask(learningDomain(world.deployment), task)
  await world.send(requester, onRegistry.onTask(world.registry, 'openTask', task))

  for (const { party, opening } of entries) {
    const domain = learningDomain(world.deployment)
    const commitment = hashUpdateCommitment(domain, { task: id, participant: party.address, ...opening })
    await world.send(party, onRegistry.commitUpdate(world.registry, task, commitment))
  }
  for (const party of evaluators) await world.send(party, onPanel.onPanel(world.panel, 'enlist', task))

  await world.clock.moveTo(task.commitUntil + 1n)
  for (const [index, { party, isMute, opening }] of entries.entries()) {
    if (!isMute) await world.send(party, onRegistry.revealUpdate(world.registry, task, index, opening))
  }

  await world.clock.moveTo(task.revealUntil + 1n)
  for (const [index, { isMute }] of entries.entries()) {
    if (!isMute) continue
    await world.send(requester, onRegistry.onParticipant(world.registry, 'slashParticipant', task, index))
  }
  const seated = await draw(world, plan, task, id)
  for (const [seat, party] of seated.entries()) {
    await world.send(party, onPanel.attest(world.panel, task, seat, ALL))
  }
  await world.send(requester, onPanel.openEvaluation(world.panel, task, hidden, 'sim:hidden'))

  await world.clock.moveTo(task.attestUntil + 1n)
  const counted = await onPanel.countedOf(world.client, world.panel, id)
  const counting = entries.map(({ update }, i) => (((counted >> BigInt(i)) & 1n) === 1n ? update : undefined))
  const updates = counting.filter((update) => update !== undefined)
  const right = aggregateInFixedPoint(updates, task)
  await propose(world, plan, task, right, updates)
  const scores = scoreUpdates(evaluation, counting)
  const sheets = seated.map((party) => {
    const said = plan.scoresOf(party, scores)
    return said && { scores: said, resultRoot: rootOf(right), salt: newSalt() }
  })
  for (const [seat, party] of seated.entries()) {
    const sheet = sheets[seat]
    if (sheet === undefined) continue
    const domain = panelDomain(world.deployment, world.panel)
    const commitment = hashScoreCommitment(domain, { task: id, evaluator: party.address, ...sheet })
    await world.send(party, onPanel.commitScores(world.panel, task, seat, commitment))
  }

  await world.clock.moveTo(task.scoreUntil + 1n)
  for (const [seat, party] of seated.entries()) {
    const sheet = sheets[seat]
    if (sheet !== undefined) await world.send(party, onPanel.revealScores(world.panel, task, seat, sheet))
  }
  if (known !== undefined) {
    await world.send(requester, onPanel.openCanary(world.panel, task, known.index, known))
  }

  await world.clock.moveTo(task.closeAt + 1n)
  await closeRound(world, { ...plan, task, id, seated, resultRoot: rootOf(right) })
  return { aggregate: right, scores, seated }
}

/** The root of a vector's chunks, by which it is known on chain. */
function rootOf(vector: Int32Array): Hex {
  return hexOf(chunkRoot(encodeChunks(vector, TERMS.chunkSize), keccak))
}

/** A task whose phases begin now, the hidden set that it commits to, and what is known of the canary. */
async function newTask(
  world: World,
  { requester, evaluation, canary }: RoundPlan,
  entries: readonly (Contribution & { opening: { updateRoot: Hex } })[],
) {
  const now = await world.clock.now()
  const index = entries.findIndex(({ party }) => party === canary)
  const own = entries[index]
  const known = own && {
    index,
    updateRoot: own.opening.updateRoot,
    score: scoreUpdate(evaluation, own.update),
    salt: newSalt(),
  }
  const hidden = {
    setRoot: digestOf(evaluation.examples.inputs),
    canary: onPanel.canaryOf(known),
    salt: newSalt(),
  }
  const task: LearningTask = {
    ...TERMS,
    requester: requester.address,
    token: world.deployment.contracts.testDollar,
    maxParticipants: entries.length,
    dimension: evaluation.model.size,
    commitUntil: now + PHASE,
    revealUntil: now + 2n * PHASE,
    attestUntil: now + 3n * PHASE,
    scoreUntil: now + 4n * PHASE,
    closeAt: now + 5n * PHASE,
    baseModel: digestOf(evaluation.base),
    evaluationRoot: onPanel.evaluationRootOf(hidden),
    nonce: BigInt(newSalt()),
  }
  return { task, hidden, known }
}

/** Draws the panel. @returns the evaluators by seat */
async function draw(world: World, { requester, evaluators }: RoundPlan, task: LearningTask, id: Hex) {
  for (const _ of ['announced', 'drawn']) {
    await world.send(requester, onPanel.onPanel(world.panel, 'drawPanel', task))
  }
  const { seats } = await onPanel.panelOf(world.client, world.panel, id)
  return seats.flatMap((lot) => evaluators[lot] ?? [])
}

/** Has aggregates proposed; a wrong one is proven wrong by who proposes the right one. */
async function propose(
  world: World,
  { proposer, forger }: RoundPlan,
  task: LearningTask,
  right: Int32Array,
  updates: readonly Int32Array[],
) {
  const proposing = (vector: Int32Array) => {
    const root = rootOf(vector)
    return onRegistry.proposeResult(world.registry, task, { root, contentId: root })
  }
  const wrong = right.map((value, i) => (i === right.length - 1 ? value + 1 : value))
  if (forger !== undefined) await world.send(forger, proposing(wrong))
  await world.send(proposer, proposing(right))
  if (forger === undefined) return
  const challenge = challengeOf(wrong, right, updates, rootOf)
  await world.send(proposer, onRegistry.challengeResult(world.registry, task, challenge))
}

function digestOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Hex {
  return hexOf(keccak(new Uint8Array(buffer, byteOffset, byteLength)))
}

function newSalt(): Hex {
  return hexOf(randomBytes(32))
}

function hexOf(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString('hex')}`
}
