import { zeroHash } from 'viem'
import { learningRegistryAbi } from '../../protocol/abis/index.ts'
import { LEARNING_RULES } from '../../protocol/learning.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { RoundRow, UpdateRow } from '../store/tables/learning.ts'
import { toRoundView } from '../views/round.ts'
import { defineHandler, type Handler } from './handler.ts'
import { unknownRow } from './unknown-row.ts'

/** Keeps rounds of learning: tasks, updates, results and rewards. */
export function learningRegistryHandler(address: Address): Handler {
  return defineHandler(address, learningRegistryAbi, {
    TaskOpened({ id, task: { nonce: _, rule, ...task } }, changes, { logIndex, transactionHash }) {
      changes.get('rounds', { id })
      const { number: block, timestamp: openedAt } = changes.block
      write(changes, 'opened', {
        ...{ id, block, logIndex, openedAt, openedTx: transactionHash, status: 'open' },
        ...{ ...task, rule: LEARNING_RULES[rule] ?? 'clipped-mean' },
        ...{ participants: 0, updates: 0, evaluators: 0, seats: 0 },
        ...{ settledAt: null, settledTx: null, resultRoot: null, pool: null, byScore: null, claimed: 0n },
      })
    },

    TaskCancelled({ id }, changes) {
      write(changes, 'cancelled', { ...roundOf(changes, id), status: 'cancelled' })
    },

    UpdateCommitted({ id, agentId, index, participant, owner, commitment }, changes) {
      const place = Number(index)
      changes.insert('updates', {
        ...{ id, place, committedAt: changes.block.timestamp, status: 'committed', agentId, participant },
        ...{ owner, commitment, updateRoot: null, contentId: null, original: null, reward: null },
      })
      updateRound(changes, id, ({ participants }) => ({ participants: participants + 1 }))
    },

    UpdateRevealed({ id, index, updateRoot, contentId, original }, changes) {
      const row = updateOf(changes, id, index)
      // Whoever committed earlier to the same root takes the place of who had revealed it first.
      const copied = changes
        .all('updates', { id })
        .find((other) => original && other.original === true && other.updateRoot === updateRoot)
      if (copied !== undefined) changes.put('updates', { ...copied, original: false })
      changes.put('updates', { ...row, status: 'revealed', updateRoot, contentId, original })
      const more = original && copied === undefined ? 1 : 0
      updateRound(changes, id, ({ updates }) => ({ updates: updates + more }))
    },

    ParticipantSlashed({ id, index }, changes) {
      changes.put('updates', { ...updateOf(changes, id, index), status: 'slashed' })
    },

    ResultProposed({ id, resultRoot, agentId, contentId }, changes) {
      changes.get('results', { id, resultRoot })
      const proposedAt = changes.block.timestamp
      changes.put('results', { id, resultRoot, proposedAt, agentId, contentId, refuted: false })
    },

    ResultRefuted({ id, resultRoot }, changes) {
      const row = changes.get('results', { id, resultRoot })
      if (row === undefined) throw unknownRow('result', `${id} ${resultRoot}`)
      changes.put('results', { ...row, refuted: true })
    },

    RoundSettled({ id, resultRoot: root, pool, byScore }, changes, { transactionHash }) {
      const settled = { settledAt: changes.block.timestamp, settledTx: transactionHash, pool, byScore }
      const resultRoot = root === zeroHash ? null : root
      write(changes, 'settled', {
        ...{ ...roundOf(changes, id), ...settled, resultRoot, status: 'settled' },
      })
    },

    RewardClaimed({ id, index, amount }, changes) {
      changes.put('updates', { ...updateOf(changes, id, index), reward: amount })
      claim(changes, id, amount)
    },
    EvaluationClaimed: ({ id, amount }, changes) => claim(changes, id, amount),
    AggregationClaimed: ({ id, amount }, changes) => claim(changes, id, amount),
  })
}

/** Changes a round that was opened before. */
export function updateRound(changes: Changes, id: Hex, change: (row: RoundRow) => Partial<RoundRow>): void {
  const row = roundOf(changes, id)
  changes.put('rounds', { ...row, ...change(row) })
}

function roundOf(changes: Changes, id: Hex): RoundRow {
  const row = changes.get('rounds', { id })
  if (row === undefined) throw unknownRow('round', id)
  return row
}

function updateOf(changes: Changes, id: Hex, index: bigint): UpdateRow {
  const row = changes.get('updates', { id, place: Number(index) })
  if (row === undefined) throw unknownRow('update', `${id} ${index}`)
  return row
}

function claim(changes: Changes, id: Hex, amount: bigint): void {
  updateRound(changes, id, ({ claimed }) => ({ claimed: claimed + amount }))
}

function write(changes: Changes, event: 'opened' | 'cancelled' | 'settled', row: RoundRow): void {
  changes.put('rounds', row)
  changes.emit(`round.${event}`, () => toRoundView(row, changes.block.timestamp))
}
