import { arbitrationAbi } from '../../protocol/abis/index.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { DisputeRow, DisputeStatus, Juror } from '../store/tables/disputes.ts'
import { keepable } from '../store/text.ts'
import { toDisputeView } from '../views/dispute.ts'
import { defineHandler, type Handler } from './handler.ts'
import { unknownRow } from './unknown-row.ts'

/** `IArbitrator.Ruling`, in its order; what is paid out is one of the last two. */
const RULINGS: readonly DisputeStatus[] = ['open', 'open', 'ruled', 'silent']

interface Case {
  arbitrable: Address
  id: Hex
}

/** Keeps every case: its bonds, evidence, jurors and votes, and what it was ruled. */
export function arbitrationHandler(address: Address): Handler {
  return defineHandler(address, arbitrationAbi, {
    DisputeCreated({ arbitrable, id, ...parties }, changes, { logIndex, transactionHash }) {
      changes.get('disputes', { arbitrable, id })
      const { number: block, timestamp: createdAt } = changes.block
      write(changes, {
        ...{ arbitrable, id, block, logIndex, createdAt, createdTx: transactionHash, status: 'open' },
        ...{ ...parties, matcher: null, appellant: null, appealMatcher: null, evidence: 0, jurors: [] },
        ...{ slashed: 0, executedAt: null, defendantBps: null, burned: null },
      })
    },

    BondMatched: ({ round, payer, ...of }, changes) =>
      update(changes, of, () => (round === 0 ? { matcher: payer } : { appealMatcher: payer })),

    EvidenceSubmitted({ submitter, evidence, uri, ...of }, changes, { logIndex, transactionHash }) {
      const { arbitrable, id, evidence: number } = known(changes, of)
      const { number: block, timestamp: submittedAt } = changes.block
      changes.insert('evidence', {
        ...{ arbitrable, id, number, block, logIndex, submittedAt, tx: transactionHash },
        ...{ submitter, evidence, uri: keepable(uri) },
      })
      update(changes, of, () => ({ evidence: number + 1 }))
    },

    JurorDrawn: ({ agentId, round, depositor, ...of }, changes) =>
      update(changes, of, ({ jurors }) => ({
        jurors: [...jurors, { round, agentId: String(agentId), depositor, committed: false, vote: null }],
      })),

    VoteCommitted: ({ agentId, round, ...of }, changes) =>
      update(changes, of, juror(agentId, round, { committed: true })),

    VoteRevealed: ({ agentId, round, vote, ...of }, changes) =>
      update(changes, of, juror(agentId, round, { vote })),

    Appealed: ({ appellant, ...of }, changes) => update(changes, of, () => ({ appellant })),

    PanelDismissed: ({ slashed, ...of }, changes) =>
      update(changes, of, (row) => ({ slashed: row.slashed + Number(slashed) })),

    Executed({ ruling, defendantBps, burned, ...of }, changes) {
      const row = known(changes, of)
      const status = RULINGS[ruling] ?? 'open'
      const executedAt = changes.block.timestamp
      write(changes, { ...row, status, executedAt, defendantBps, burned })
    },
  })
}

/** Changes one juror of a round. */
function juror(agentId: bigint, round: number, change: Partial<Juror>) {
  return ({ jurors }: DisputeRow) => ({
    jurors: jurors.map((each) =>
      each.agentId === String(agentId) && each.round === round ? { ...each, ...change } : each,
    ),
  })
}

function known(changes: Changes, { arbitrable, id }: Case): DisputeRow {
  const row = changes.get('disputes', { arbitrable, id })
  if (row === undefined) throw unknownRow('dispute', `${arbitrable} ${id}`)
  return row
}

function update(changes: Changes, of: Case, change: (row: DisputeRow) => Partial<DisputeRow>): void {
  const row = known(changes, of)
  changes.put('disputes', { ...row, ...change(row) })
}

function write(changes: Changes, row: DisputeRow): void {
  changes.put('disputes', row)
  const event = row.status === 'open' ? 'opened' : row.status
  changes.emit(`dispute.${event}`, () => toDisputeView(row))
}
