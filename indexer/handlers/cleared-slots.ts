import { readVoided, recompute, reserveOf } from '../../agent/index.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { EnergyOrderRow } from '../store/tables/energy.ts'
import { toSlotView } from '../views/energy-slot.ts'
import { addToAccount } from './accounts.ts'
import { marketOf, rulesOf } from './energy-rows.ts'
import type { LogPlace } from './handler.ts'
import { unknownRow } from './unknown-row.ts'

interface ClearedEvent {
  market: Hex
  slot: bigint
  price: bigint
  quantity: bigint
  root: Hex
  voided: readonly bigint[]
}

interface SettledEvent {
  market: Hex
  slot: bigint
  account: Address
  delta: bigint
  deviation: bigint
}

/**
 * Enters what a slot was cleared to. The chain tells price, quantity and root alone; who got how much follows from the
 * orders, and the root shows that it is right.
 *
 * @param house ledger account that holds the sellers' reserves
 */
export function clearSlotRow(
  changes: Changes,
  house: Address,
  { market, slot, price, quantity, root, voided }: ClearedEvent,
  { transactionHash }: LogPlace,
): void {
  const rules = marketOf(changes, market)
  const row = slotOf(changes, market, slot)
  const orders = changes.all('energyOrders', { market, slot }).sort((a, b) => a.place - b.place)
  const isVoid = readVoided(voided, orders.length)
  const { clearing } = recompute(orders.map(toOrder), isVoid, rulesOf(rules), root)
  let volume = 0n
  for (const [place, order] of orders.entries()) {
    const filled = clearing.fills[place] ?? 0n
    const amount = clearing.deltas[place] ?? 0n
    const sells = order.side === 'sell'
    const reserved = sells ? reserveOf(-filled, rules.retailPrice) : 0n
    if (!sells) volume -= amount
    changes.put('energyOrders', {
      ...order,
      voided: isVoid[place] ?? false,
      filled: sells ? -filled : filled,
      amount,
      reserved,
    })
    move(changes, rules.token, order.account, amount)
  }
  const { reserves: reserved, fees } = clearing
  move(changes, rules.token, house, reserved)
  move(changes, rules.token, rules.feeAccount, fees)
  const outcome = { price, traded: quantity, volume, fees, root, reserved }
  const cleared = {
    ...{ ...row, ...outcome, voided: isVoid.filter(Boolean).length },
    ...{ clearedAt: changes.block.timestamp, clearedTx: transactionHash },
  }
  changes.put('energySlots', cleared)
  changes.put('energyMarkets', {
    ...rules,
    cleared: rules.cleared + 1,
    traded: rules.traded + quantity,
    volume: rules.volume + volume,
    fees: rules.fees + fees,
  })
  changes.emit('slot.cleared', () => toSlotView(cleared, changes.block.timestamp))
}

/** Enters what a position ended with: a seller gets back what it kept to of its reserve, the balancing account the rest. */
export function settlePosition(
  changes: Changes,
  house: Address,
  { market, slot, account, delta, deviation }: SettledEvent,
  { transactionHash }: LogPlace,
): void {
  const { token, balancing } = marketOf(changes, market)
  const row = slotOf(changes, market, slot)
  const order = changes.get('energyOrders', { market, slot, account })
  if (order === undefined) throw unknownRow('order', `${market} ${slot} ${account}`)
  const reserved = order.reserved ?? 0n
  const settled = { settledAt: changes.block.timestamp, settledTx: transactionHash }
  changes.put('energyOrders', { ...order, ...settled, credited: delta, deviation })
  const sold = order.side === 'sell' && order.filled !== 0n
  changes.put('energySlots', {
    ...row,
    reserved: row.reserved - reserved,
    missing: row.missing + (sold && deviation < 0n ? -deviation : 0n),
    excess: row.excess + (sold && deviation > 0n ? deviation : 0n),
  })
  move(changes, token, account, delta)
  move(changes, token, house, -reserved)
  move(changes, token, balancing, reserved - delta)
}

function slotOf(changes: Changes, market: Hex, slot: bigint) {
  const row = changes.get('energySlots', { market, slot })
  if (row === undefined) throw unknownRow('slot', `${market} ${slot}`)
  return row
}

function toOrder({ account, side, tariff, steps }: EnergyOrderRow) {
  return {
    ...{ account, side, tariff },
    steps: steps.map(({ price, quantity }) => ({ price: BigInt(price), quantity: BigInt(quantity) })),
  }
}

/** Moves an account's money; below zero, away from it. */
function move(changes: Changes, token: Address, account: Address, amount: bigint): void {
  if (amount === 0n) return
  addToAccount(changes, { token, account }, amount > 0n ? { earned: amount } : { spent: -amount })
}
