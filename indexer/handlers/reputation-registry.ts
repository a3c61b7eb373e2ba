import { reputationRegistryAbi } from '../../protocol/abis/index.ts'
import { type Credit, capped, NO_CREDIT, type ScoreRules, scoreOf } from '../../protocol/score.ts'
import type { Address } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { FeedbackRow } from '../store/tables/reputation.ts'
import { keepable } from '../store/text.ts'
import { toFeedbackView } from '../views/feedback.ts'
import { updateAgent } from './agents.ts'
import { defineHandler, type Handler } from './handler.ts'
import { unknownRow } from './unknown-row.ts'

/** Keeps feedback, and the score that follows from what is settled of it. */
export function reputationRegistryHandler(address: Address, rules: ScoreRules): Handler {
  return defineHandler(address, reputationRegistryAbi, {
    NewFeedback(event, changes, { logIndex, transactionHash }) {
      const { agentId, clientAddress: client, feedbackIndex: index, value, valueDecimals } = event
      const { number: block, timestamp: givenAt } = changes.block
      const row: FeedbackRow = {
        ...{ agentId, client, index, block, logIndex, givenAt, tx: transactionHash },
        ...{ value, decimals: valueDecimals, tag1: keepable(event.tag1), tag2: keepable(event.tag2) },
        ...{ endpoint: keepable(event.endpoint), uri: keepable(event.feedbackURI), hash: event.feedbackHash },
        ...{ revoked: false, responses: 0, agreement: null, owner: null, weight: null, rating: null },
      }
      changes.insert('feedback', row)
      changes.emit('feedback.given', () => toFeedbackView(row))
      updateAgent(changes, agentId, ({ feedbacks }) => ({ feedbacks: feedbacks + 1 }))
    },

    FeedbackSettled(event, changes) {
      const { agentId, agreement, owner, rating } = event
      const row = feedbackOf(changes, event)
      const weight = BigInt(event.weight)
      changes.put('feedback', { ...row, agreement, owner, weight, rating })
      if (weight === 0n) return
      count(changes, rules, { agentId, owner }, { weight, points: weight * BigInt(rating) }, 1)
    },

    FeedbackRevoked(event, changes) {
      const row = feedbackOf(changes, event)
      changes.put('feedback', { ...row, revoked: true })
      updateAgent(changes, row.agentId, ({ feedbacks }) => ({ feedbacks: feedbacks - 1 }))
      const { agentId, owner, weight, rating } = row
      if (owner === null || weight === null || rating === null || weight === 0n) return
      count(changes, rules, { agentId, owner }, { weight: -weight, points: -weight * BigInt(rating) }, -1)
    },

    ResponseAppended(event, changes) {
      const row = feedbackOf(changes, event)
      changes.put('feedback', { ...row, responses: row.responses + 1 })
    },
  })
}

function feedbackOf(
  changes: Changes,
  key: { agentId: bigint; clientAddress: Address; feedbackIndex: bigint },
): FeedbackRow {
  const { agentId, clientAddress: client, feedbackIndex: index } = key
  const row = changes.get('feedback', { agentId, client, index })
  if (row === undefined) throw unknownRow('feedback', `${agentId} ${client} ${index}`)
  return row
}

/** Enters what an owner's clients say more, or less, into the agent's score. */
function count(
  changes: Changes,
  rules: ScoreRules,
  key: { agentId: bigint; owner: Address },
  more: Credit,
  difference: 1 | -1,
): void {
  const before = changes.get('credits', key) ?? { ...key, ...NO_CREDIT }
  const after = { ...key, weight: before.weight + more.weight, points: before.points + more.points }
  changes.put('credits', after)
  const [counted, counts] = [capped(before, rules), capped(after, rules)]
  updateAgent(changes, key.agentId, (row) => {
    const scoreWeight = row.scoreWeight - counted.weight + counts.weight
    const scorePoints = row.scorePoints - counted.points + counts.points
    const score = scoreOf({ weight: scoreWeight, points: scorePoints }, rules)
    return { score, scoreWeight, scorePoints, counted: row.counted + difference }
  })
}
