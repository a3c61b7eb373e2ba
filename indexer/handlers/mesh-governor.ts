import { meshGovernorAbi } from '../../protocol/abis/index.ts'
import type { Address } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import { type ProposalOutcome, type ProposalRow, VOTE_SUPPORTS } from '../store/tables/governance.ts'
import { keepable } from '../store/text.ts'
import { toProposalView } from '../views/proposal.ts'
import { defineHandler, type EventFunctions, type Handler } from './handler.ts'
import { unknownRow } from './unknown-row.ts'

/** Most bytes of calldata, all calls of a proposal together, that are kept. */
const MAX_CALLDATA = 32_768

/** Keeps proposals and the votes on them. */
export function meshGovernorHandler(address: Address): Handler {
  return defineHandler(address, meshGovernorAbi, {
    ProposalCreated({ proposalId, proposer, description, ...event }, changes, place) {
      const { targets, values, calldatas, voteStart, voteEnd } = event
      changes.get('proposals', { proposalId })
      const { number: block, timestamp: createdAt } = changes.block
      const actions = targets.map((target, index) => ({
        target,
        value: String(values[index] ?? 0n),
        calldata: calldatas[index] ?? '0x',
      }))
      const isKept = calldatas.join('').length <= 2 * MAX_CALLDATA
      write(changes, 'created', {
        ...{ proposalId, block, logIndex: place.logIndex, createdAt, createdTx: place.transactionHash },
        ...{ proposer, description: keepable(description), actions: isKept ? actions : null },
        ...{ voteStart, voteEnd, votesAgainst: 0n, votesFor: 0n, votesAbstain: 0n, voters: 0 },
        ...{ outcome: null, eta: null, decidedAt: null },
      })
    },

    ProposalExtended({ proposalId, extendedDeadline }, changes) {
      const row = known(changes, proposalId)
      changes.put('proposals', { ...row, voteEnd: BigInt(extendedDeadline) })
    },

    VoteCast: castVote,
    VoteCastWithParams: castVote,

    ProposalQueued: ({ proposalId, etaSeconds: eta }, changes) =>
      decide(changes, proposalId, 'queued', { eta }),
    ProposalExecuted: ({ proposalId }, changes) => decide(changes, proposalId, 'executed'),
    ProposalCanceled: ({ proposalId }, changes) => decide(changes, proposalId, 'canceled'),
  })
}

const castVote: NonNullable<EventFunctions<typeof meshGovernorAbi>['VoteCast']> = (
  { voter, proposalId, support: code, weight, reason },
  changes,
  { logIndex, transactionHash: tx },
) => {
  const row = known(changes, proposalId)
  const support = VOTE_SUPPORTS[code] ?? 'abstain'
  const { number: block, timestamp: castAt } = changes.block
  changes.insert('votes', {
    ...{ proposalId, voter, block, logIndex, castAt, tx, support, weight },
    reason: keepable(reason),
  })
  changes.put('proposals', {
    ...row,
    votesAgainst: row.votesAgainst + (support === 'against' ? weight : 0n),
    votesFor: row.votesFor + (support === 'for' ? weight : 0n),
    votesAbstain: row.votesAbstain + (support === 'abstain' ? weight : 0n),
    voters: row.voters + 1,
  })
}

function decide(
  changes: Changes,
  proposalId: bigint,
  outcome: ProposalOutcome,
  change: { eta?: bigint } = {},
): void {
  const row = known(changes, proposalId)
  write(changes, outcome, { ...row, ...change, outcome, decidedAt: changes.block.timestamp })
}

function known(changes: Changes, proposalId: bigint): ProposalRow {
  const row = changes.get('proposals', { proposalId })
  if (row === undefined) throw unknownRow('proposal', proposalId)
  return row
}

function write(changes: Changes, event: 'created' | ProposalOutcome, row: ProposalRow): void {
  changes.put('proposals', row)
  changes.emit(`proposal.${event}`, () => toProposalView(row, changes.block.timestamp))
}
