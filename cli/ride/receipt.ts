import type { DealState, Trip } from '../../agent/index.ts'
import { costOf } from '../../protocol/types.ts'
import { energy, money } from '../format.ts'
import { table } from '../table.ts'

/** What came of a ride. Money in minor units, as the API says it. */
export interface Receipt {
  /** Of the agreement. */
  id: string
  driver: string
  state: DealState
  /** That was agreed. */
  fare: string
  paid: string
  /** Driven, of those that were agreed. */
  metres: string
  agreedMetres: string
}

export function receiptOf({ id, with: driver, deal }: Trip): Receipt {
  const { state, agreement, outcome } = deal
  return {
    ...{ id, driver, state },
    fare: String(costOf(agreement)),
    paid: String(outcome?.paid ?? 0n),
    metres: String(outcome?.quantity ?? 0n),
    agreedMetres: String(agreement.quantity),
  }
}

export function renderReceipt({ id, driver, state, fare, paid, metres, agreedMetres }: Receipt): string {
  const rows = [
    ['ride', id],
    ['driver', driver],
    ['driven', `${energy(Number(metres))} of ${energy(Number(agreedMetres))} m`],
    ['paid', `${money(BigInt(paid))} of ${money(BigInt(fare))}`],
    ['agreement', state],
  ]
  return table(rows, ['left', 'left'])
}
