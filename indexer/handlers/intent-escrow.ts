import { zeroHash } from 'viem'
import { intentEscrowAbi } from '../../protocol/abis/index.ts'
import { unpackAgreement } from '../../protocol/packed-agreement.ts'
import { type Address, costOf, type Hex, paymentOf, quantityFor } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { AgreementRow, AgreementStatus } from '../store/tables.ts'
import { toAgreementView } from '../views/agreement.ts'
import { addToAccount, addToTotals } from './accounts.ts'
import { defineHandler, type Handler, type LogPlace } from './handler.ts'
import { updateStake } from './stake-vault.ts'
import { unknownRow } from './unknown-row.ts'
import { UNSEEN } from './unseen-agreement.ts'

/** `IIntentEscrow.Status`, in its order. */
const STATUSES: readonly (AgreementStatus | undefined)[] = [
  undefined,
  'open',
  'delivered',
  'disputed',
  'settled',
  'refunded',
  'cancelled',
  'resolved',
  'revoked',
]
const GOES_ON: readonly AgreementStatus[] = ['open', 'delivered', 'disputed']

/** An agreement that was opened, so that its terms are known. */
type OpenedRow = AgreementRow & {
  [column in 'payer' | 'payout' | 'token' | 'staker' | 'agentId' | 'exposure']: NonNullable<
    AgreementRow[column]
  >
} & { [column in 'quantity' | 'price' | 'lot' | 'relayFee']: bigint }

/** Keeps every agreement and what came of it, the sums over trades, and what of the stake is locked. */
export function intentEscrowHandler(address: Address): Handler {
  const stakeOf = ({ agentId, staker }: OpenedRow) => ({ agentId, depositor: staker, module: address })
  return defineHandler(address, intentEscrowAbi, {
    Opened({ id, agreement: packed }, changes, { logIndex, transactionHash }) {
      const { block } = changes
      const { buyerEpoch: _buyer, sellerEpoch: _seller, ...terms } = unpackAgreement(packed)
      const row = {
        ...UNSEEN,
        ...terms,
        feeBps: Number(terms.feeBps),
        penaltyBps: Number(terms.penaltyBps),
        id,
        status: 'open' as const,
        block: block.number,
        logIndex,
        openedAt: block.timestamp,
        openedTx: transactionHash,
      }
      changes.insert('agreements', row)
      tell(changes, row)
      count(changes, undefined, 'open')
      addToAccount(changes, { token: row.token, account: row.payer }, { spent: costOf(row) })
      if (row.exposure === 0n) return
      updateStake(changes, stakeOf(row), ({ locked }) => ({ locked: locked + row.exposure }))
    },

    Delivered({ id, quantity, evidence }, changes) {
      const deliveredAt = changes.block.timestamp
      move(changes, known(changes, id), { claimed: quantity, evidence, deliveredAt }, 'delivered')
    },

    Disputed({ id, arbitrator, contested }, changes) {
      const disputedAt = changes.block.timestamp
      move(changes, known(changes, id), { arbitrator, contested, disputedAt }, 'disputed')
    },

    Settlement({ id, status: code, paid, fee, refunded, slashed, evidence }, changes, place) {
      const row = known(changes, id)
      const status = STATUSES[code] ?? row.status
      const hasEnded = !GOES_ON.includes(status)
      const outcome = {
        received: (row.received ?? 0n) + paid,
        fee: (row.fee ?? 0n) + fee,
        refunded: (row.refunded ?? 0n) + refunded,
        slashed: (row.slashed ?? 0n) + slashed,
        evidence: evidence === zeroHash ? row.evidence : evidence,
        ...(hasEnded ? ended(changes, place) : {}),
      }
      const traded = tradedQuantity({ ...row, ...outcome }, status)
      move(changes, row, { ...outcome, traded }, status)

      const { token, payer, payout, exposure } = row
      addToAccount(changes, { token, account: payout }, { earned: paid })
      addToAccount(changes, { token, account: payer }, { spent: -refunded })
      addToTotals(changes, token, {
        fees: fee,
        ...(traded !== null && {
          trade: { quantity: traded, lot: row.lot, volume: outcome.received + outcome.fee },
        }),
      })
      // What was slashed the vault has told by itself.
      if (!hasEnded || exposure === slashed) return
      updateStake(changes, stakeOf(row), ({ locked }) => ({ locked: locked - (exposure - slashed) }))
    },

    Revoked({ id, by }, changes, place) {
      changes.get('agreements', { id })
      const seen = { block: changes.block.number, logIndex: place.logIndex }
      write(changes, { ...UNSEEN, ...seen, ...ended(changes, place), id, status: 'revoked', revokedBy: by })
      count(changes, undefined, 'revoked')
    },

    Traded({ id, buyer, seller, token, payout, paid, fee, ...trade }, changes, place) {
      const { quantity, intentHash, termsHash } = trade
      const seen = { block: changes.block.number, logIndex: place.logIndex }
      const parties = { buyer, seller, payout, token }
      const outcome = { received: paid, fee, refunded: 0n, traded: quantity }
      const row: AgreementRow = {
        ...UNSEEN,
        ...seen,
        ...ended(changes, place),
        ...parties,
        ...outcome,
        id,
        status: 'settled',
        quantity,
        intentHash,
        termsHash,
      }
      changes.insert('agreements', row)
      tell(changes, row)
      count(changes, undefined, 'settled')
      addToAccount(changes, { token, account: buyer }, { spent: paid + fee })
      addToAccount(changes, { token, account: payout }, { earned: paid })
      addToTotals(changes, token, { trade: { quantity, lot: row.lot, volume: paid + fee }, fees: fee })
    },

    Skipped({ index, reason }, changes, { transactionHash }) {
      changes.emit('batch.skipped', () => ({ tx: transactionHash, index: String(index), reason }))
    },
  })
}

/** The row of an agreement that was opened before. */
function known(changes: Changes, id: Hex): OpenedRow {
  const row = changes.get('agreements', { id })
  if (row === undefined || row.openedAt === null) throw unknownRow('agreement', id)
  return row as OpenedRow
}

/**
 * How much was traded: all, what the seller reported, or, of a payment that is neither, the smallest quantity that
 * costs as much, for the chain does not tell. What was refunded, or cancelled at a price, is no trade.
 */
function tradedQuantity(row: OpenedRow, status: AgreementStatus): bigint | null {
  const paid = (row.received ?? 0n) + (row.fee ?? 0n)
  if ((status !== 'settled' && status !== 'resolved') || paid === 0n) return null
  const candidates = [row.quantity, row.claimed]
  const quantity = candidates.find((some) => some !== null && paymentOf({ ...row, quantity: some }) === paid)
  return quantity ?? quantityFor(row, paid)
}

function ended({ block }: Changes, { logIndex, transactionHash }: LogPlace) {
  return {
    endedBlock: block.number,
    endedIndex: logIndex,
    endedAt: block.timestamp,
    endedTx: transactionHash,
  }
}

/** Brings an agreement to another status, or keeps it there with more known of it. */
function move(
  changes: Changes,
  row: OpenedRow,
  change: Partial<AgreementRow>,
  status: AgreementStatus,
): void {
  write(changes, { ...row, ...change, status }, status === row.status ? 'paid' : undefined)
  if (status !== row.status) count(changes, row.status, status)
}

function write(changes: Changes, row: AgreementRow, event?: 'paid'): void {
  changes.put('agreements', row)
  tell(changes, row, event)
}

function tell(changes: Changes, row: AgreementRow, event?: 'paid'): void {
  const name = event ?? (row.status === 'open' ? 'opened' : row.status)
  changes.emit(`agreement.${name}`, () => toAgreementView(row))
}

function count(changes: Changes, from: AgreementStatus | undefined, to: AgreementStatus): void {
  if (from !== undefined) add(changes, from, -1)
  add(changes, to, 1)
}

function add(changes: Changes, status: AgreementStatus, difference: number): void {
  const row = changes.get('statusTotals', { status })
  changes.put('statusTotals', { status, agreements: (row?.agreements ?? 0) + difference })
}
