/** Drives a round from phase to phase, as honest people would; tests step out of line in between. */

import { chunkProof, chunkRoot, encodeChunks } from '../../../agent/learning/chunk-tree.ts'
import { aggregate } from '../../../agent/learning/fixed-point.ts'
import type { LearningRule } from '../../../protocol/learning.ts'
import { ethers, networkHelpers, time } from '../base.ts'
import type { Agent, Community, Learning, Sheet, Task } from './fixture.ts'
import {
  newTask,
  type Opening,
  SET_ROOT,
  SET_SALT,
  scoreCommitment,
  taskId,
  updateCommitment,
} from './fixture.ts'

const RULES: readonly LearningRule[] = ['clipped-mean', 'median', 'trimmed-mean']
const keccak = (data: Uint8Array) => ethers.getBytes(ethers.keccak256(data))
const hex = (data: Uint8Array) => ethers.hexlify(data)

/** The updates of five honest participants, six coordinates each. */
export const UPDATES = [
  [10, -20, 30, 400, 5, 0],
  [12, -22, 30, 100, 5, 1],
  [11, -21, 33, 200, 5, -1],
  [13, -19, 27, 300, 5, 2],
  [14, -18, 30, 500, 5, -5000],
].map((values) => Int32Array.from(values))

export function rootOf(task: Pick<Task, 'chunkSize'>, vector: Int32Array): string {
  return hex(chunkRoot(encodeChunks(vector, Number(task.chunkSize)), keccak))
}

/** A chunk and its path to the root of the vector that it is part of. */
export function chunkOf(task: Task, vector: Int32Array, index: number) {
  const chunks = encodeChunks(vector, Number(task.chunkSize))
  const chunk = chunks[index]
  if (chunk === undefined) throw new Error(`no chunk ${index}`)
  return { chunk: hex(chunk), proof: chunkProof(chunks, index, keccak).map(hex) }
}

export function aggregateOf(task: Task, updates: readonly Int32Array[]): Int32Array {
  const rule = RULES[Number(task.rule)]
  if (rule === undefined) throw new Error('no such rule')
  return aggregate(updates, { rule, trim: Number(task.trim), clip: Number(task.clip) })
}

/** The proof that a claimed result is wrong at a coordinate, in the contract's words. */
export function challengeOf(
  task: Task,
  claimed: Int32Array,
  updates: readonly Int32Array[],
  chunkIndex: number,
  coordinate: number,
  successor: string = ethers.ZeroHash,
) {
  const result = chunkOf(task, claimed, chunkIndex)
  const shown = updates.map((update) => chunkOf(task, update, chunkIndex))
  return {
    resultRoot: rootOf(task, claimed),
    successor,
    chunkIndex,
    coordinate,
    resultChunk: result.chunk,
    resultProof: result.proof,
    chunks: shown.map(({ chunk }) => chunk),
    proofs: shown.map(({ proof }) => proof),
  }
}

export function openingOf(task: Task, vector: Int32Array, name = 'a participant'): Opening {
  return {
    updateRoot: rootOf(task, vector),
    contentId: ethers.id(`content of ${name}`),
    salt: ethers.id(`salt of ${name}`),
  }
}

/** Passes into a phase: its first second. */
export async function passTo(instant: unknown) {
  await time.increaseTo(BigInt(instant as bigint) + 1n)
}

/** Opens a task. */
export async function openTask(d: Learning, overrides: Partial<Task> = {}) {
  const task = await newTask(d, overrides)
  await d.rounds.connect(d.requester).openTask(task)
  return { task, id: await taskId(d, task) }
}

export async function commit(d: Learning, task: Task, agent: Agent, opening: Opening) {
  const commitment = await updateCommitment(d, task, agent.signer.address, opening)
  return d.rounds.connect(agent.signer).commitUpdate(task, commitment)
}

export async function reveal(
  d: Learning,
  task: Task,
  index: number,
  { updateRoot, contentId, salt }: Opening,
) {
  return d.rounds.connect(d.stranger).revealUpdate(task, index, updateRoot, contentId, salt)
}

/** A task to which the participants have committed, and for which the evaluators have enlisted. */
export async function committed(d: Community, overrides: Partial<Task> = {}, updates = UPDATES) {
  const { task, id } = await openTask(d, overrides)
  const openings: Opening[] = []
  for (const [index, agent] of d.participants.entries()) {
    const update = updates[index]
    if (update === undefined) break
    const opening = openingOf(task, update, agent.signer.address)
    await commit(d, task, agent, opening)
    openings.push(opening)
  }
  for (const { signer } of d.evaluators) await d.panel.connect(signer).enlist(task)
  return { task, id, openings }
}

/** The same, passTo the participants revealed. */
export async function revealed(d: Community, overrides: Partial<Task> = {}, updates = UPDATES) {
  const round = await committed(d, overrides, updates)
  await passTo(round.task.commitUntil)
  for (const [index, opening] of round.openings.entries()) await reveal(d, round.task, index, opening)
  await passTo(round.task.revealUntil)
  return round
}

/** Draws the panel and returns the evaluators by seat. */
export async function draw(d: Community, task: Task): Promise<Agent[]> {
  await d.panel.drawPanel(task)
  await networkHelpers.mine()
  await d.panel.drawPanel(task)
  return seatedOf(d, task)
}

/** The evaluators by seat. */
export async function seatedOf(d: Community, task: Task): Promise<Agent[]> {
  const id = await taskId(d, task)
  const { seatCount } = await d.panel.panelOf(id)
  const seated: Agent[] = []
  for (let seat = 0; seat < Number(seatCount); seat++) {
    const { agentId } = await d.panel.evaluatorOf(id, seat)
    const agent = d.evaluators.find((evaluator) => evaluator.agentId === agentId)
    if (agent === undefined) throw new Error(`agent ${agentId} was never enlisted`)
    seated.push(agent)
  }
  return seated
}

export async function openEvaluation(d: Learning, task: Task, canary: string = ethers.ZeroHash) {
  return d.panel.connect(d.requester).openEvaluation(task, SET_ROOT, canary, SET_SALT, 'ipfs://set')
}

/** The panel is drawn, has attested to everything, and the hidden set is open; then scoring begins. */
export async function scoring(
  d: Community,
  overrides: Partial<Task> = {},
  updates = UPDATES,
  canary?: string,
) {
  const round = await revealed(d, overrides, updates)
  const seated = await draw(d, round.task)
  for (const [seat, { signer }] of seated.entries()) {
    await d.panel.connect(signer).attest(round.task, seat, 2n ** 64n - 1n)
  }
  await openEvaluation(d, round.task, canary)
  await passTo(round.task.attestUntil)
  return { ...round, seated }
}

export function sheetOf(scores: Sheet['scores'], resultRoot: string = ethers.ZeroHash): Sheet {
  return { scores, resultRoot, salt: ethers.id('salt of a sheet') }
}

/** Seats commit to their sheets and reveal them; where there is none, the seat is silent. */
export async function score(
  d: Community,
  task: Task,
  seated: readonly Agent[],
  sheets: readonly (Sheet | undefined)[],
) {
  for (const [seat, sheet] of sheets.entries()) {
    const agent = seated[seat]
    if (agent === undefined || sheet === undefined) continue
    const commitment = await scoreCommitment(d, task, agent.signer.address, sheet)
    await d.panel.connect(agent.signer).commitScores(task, seat, commitment)
  }
  await passTo(task.scoreUntil)
  for (const [seat, sheet] of sheets.entries()) {
    if (sheet !== undefined) await revealSheet(d, task, seat, sheet)
  }
}

export async function revealSheet(d: Learning, task: Task, seat: number, sheet: Sheet) {
  const { scores, resultRoot, salt } = sheet
  return d.panel.connect(d.stranger).revealScores(task, seat, [...scores], resultRoot, salt)
}

/** What an account has in the ledger. */
export async function balanceOf(d: Learning, account: { address: string }): Promise<bigint> {
  return d.ledger.balanceOf(d.token, account.address)
}

/** What of an agent's stake is left for a module, and what of it is locked. */
export async function stakeOf(d: Learning, agent: Agent, module: string) {
  const { staked, locked } = await d.vault.positionOf(agent.agentId, agent.signer.address, module)
  return { staked, locked }
}

/** Credits whatever can be credited and frees whatever can be freed, by a stranger's hand. */
export async function finish(d: Community, task: Task, roots: readonly string[] = []) {
  const id = await taskId(d, task)
  const { participants } = await d.rounds.roundOf(id)
  const calls = d.rounds.connect(d.stranger)
  const panel = d.panel.connect(d.stranger)
  const attempt = async (call: () => Promise<unknown>) => {
    await call().catch(() => undefined)
  }
  await attempt(() => calls.settle(task))
  for (let index = 0; index < Number(participants); index++) {
    await attempt(() => calls.claim(task, index))
    await attempt(() => calls.slashParticipant(task, index))
  }
  const { seatCount, lots } = await d.panel.panelOf(id)
  for (let seat = 0; seat < Number(seatCount); seat++) {
    await attempt(() => calls.claimSeat(task, seat))
    await attempt(() => panel.closeSeat(task, seat))
  }
  for (let lot = 0; lot < Number(lots); lot++) await attempt(() => panel.releaseLot(task, lot))
  await attempt(() => calls.claimResult(task))
  for (const root of roots) await attempt(() => calls.closeProposal(task, root))
}
