import { intentEscrowAbi } from '../../protocol/abis/index.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { AgreementRow, AgreementStatus } from '../store/tables.ts'
import { toAgreementView } from '../views/agreement.ts'
import { defineHandler, type Handler, type LogPlace } from './handler.ts'
import { unknownRow } from './unknown-row.ts'

const UNSEEN = {
  buyer: null,
  seller: null,
  payout: null,
  token: null,
  quantity: null,
  price: null,
  lot: null,
  exposure: null,
  feeBps: null,
  expiry: null,
  deadline: null,
  intentHash: null,
  termsHash: null,
  nonce: null,
  openedAt: null,
  openedTx: null,
  endedBlock: null,
  endedIndex: null,
  endedAt: null,
  endedTx: null,
  received: null,
  fee: null,
  refunded: null,
  evidence: null,
  cancelledBy: null,
} as const

/** Keeps every agreement and what came of it, and the sums over those that were settled. */
export function intentEscrowHandler(address: Address): Handler {
  return defineHandler(address, intentEscrowAbi, {
    async Opened({ id, agreement }, changes, { logIndex, transactionHash }) {
      await changes.get('agreements', { id })
      const { block } = changes
      await write(changes, {
        ...UNSEEN,
        ...agreement,
        id,
        status: 'open',
        block: block.number,
        logIndex,
        openedAt: block.timestamp,
        openedTx: transactionHash,
      })
      await count(changes, 'open', 1)
    },

    async Settled({ id, paid, fee, evidence }, changes, place) {
      const row = await end(changes, id, 'settled', place, { received: paid, fee, evidence })
      if (row.token === null || row.quantity === null) throw unknownRow('agreement', id)
      const total = await changes.get('tokenTotals', { token: row.token })
      changes.put('tokenTotals', {
        token: row.token,
        trades: (total?.trades ?? 0) + 1,
        quantity: (total?.quantity ?? 0n) + row.quantity,
        volume: (total?.volume ?? 0n) + paid + fee,
        fees: (total?.fees ?? 0n) + fee,
      })
    },

    async Refunded({ id, amount }, changes, place) {
      await end(changes, id, 'refunded', place, { refunded: amount })
    },

    async Cancelled({ id, by }, changes, place) {
      await changes.get('agreements', { id })
      const seen = { block: changes.block.number, logIndex: place.logIndex }
      await write(changes, {
        ...UNSEEN,
        ...seen,
        ...ended(changes, place),
        id,
        status: 'cancelled',
        cancelledBy: by,
      })
      await count(changes, 'cancelled', 1)
    },
  })
}

async function end(
  changes: Changes,
  id: Hex,
  status: 'settled' | 'refunded',
  place: LogPlace,
  outcome: Partial<AgreementRow>,
): Promise<AgreementRow> {
  const row = await changes.get('agreements', { id })
  if (row === undefined) throw unknownRow('agreement', id)
  const changed = { ...row, ...ended(changes, place), ...outcome, status }
  await write(changes, changed)
  await count(changes, 'open', -1)
  await count(changes, status, 1)
  return changed
}

function ended({ block }: Changes, { logIndex, transactionHash }: LogPlace) {
  return {
    endedBlock: block.number,
    endedIndex: logIndex,
    endedAt: block.timestamp,
    endedTx: transactionHash,
  }
}

async function write(changes: Changes, row: AgreementRow): Promise<void> {
  changes.put('agreements', row)
  changes.emit(`agreement.${row.status === 'open' ? 'opened' : row.status}`, toAgreementView(row))
}

async function count(changes: Changes, status: AgreementStatus, difference: number): Promise<void> {
  const row = await changes.get('statusTotals', { status })
  changes.put('statusTotals', { status, agreements: (row?.agreements ?? 0) + difference })
}
