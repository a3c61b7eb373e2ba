import { getAddress, zeroAddress } from 'viem'
import { slotTimes, unpackBook } from '../../agent/index.ts'
import { clearingHouseAbi } from '../../protocol/abis/index.ts'
import type { Address, Hex, SlotOrder } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { EnergyMarketRow, EnergyMemberRow, EnergySlotRow } from '../store/tables/energy.ts'
import { clearSlotRow, settlePosition } from './cleared-slots.ts'
import { marketOf, rulesOf } from './energy-rows.ts'
import { defineHandler, type Handler, type LogPlace } from './handler.ts'

/** Keeps energy markets, their members, their slots, every order, and what came of it. */
export function clearingHouseHandler(address: Address): Handler {
  return defineHandler(address, clearingHouseAbi, {
    MarketCreated({ market, rules }, changes, { logIndex, transactionHash }) {
      const { block } = changes
      const created = { createdAt: block.timestamp, createdTx: transactionHash }
      const sums = { members: 0, slots: 0, cleared: 0, orders: 0, traded: 0n, volume: 0n, fees: 0n }
      changes.insert('energyMarkets', {
        market,
        block: block.number,
        logIndex,
        ...created,
        ...rules,
        ...sums,
      })
    },

    MemberAdmitted: ({ market, account, tariff }, changes, place) =>
      updateMember(changes, { market, account }, place, { admitted: true, tariff: BigInt(tariff) }),

    MemberDismissed: ({ market, account }, changes, place) =>
      updateMember(changes, { market, account }, place, { admitted: false }),

    MeterRegistered: ({ market, account, meter }, changes, place) =>
      updateMember(changes, { market, account }, place, { meter: meter === zeroAddress ? null : meter }),

    OrdersSubmitted({ market, slot, first, book }, changes, place) {
      const orders = unpackBook(book)
      countOrders(changes, market, slot, place, orders)
      for (const [index, order] of orders.entries()) {
        addOrder(changes, market, slot, Number(first) + index, place, order)
      }
    },

    Cleared: (event, changes, place) => clearSlotRow(changes, address, event, place),
    PositionSettled: (event, changes, place) => settlePosition(changes, address, event, place),
  })
}

function updateMember(
  changes: Changes,
  key: { market: Hex; account: Address },
  { logIndex }: LogPlace,
  change: Partial<Pick<EnergyMemberRow, 'admitted' | 'tariff' | 'meter'>>,
): void {
  const unknown = { block: changes.block.number, logIndex, admitted: false, tariff: 0n, meter: null }
  const row = changes.get('energyMembers', key) ?? { ...key, ...unknown }
  const changed = { ...row, ...change }
  changes.put('energyMembers', changed)
  const difference = Number(changed.admitted) - Number(row.admitted)
  if (difference === 0) return
  const market = marketOf(changes, key.market)
  changes.put('energyMarkets', { ...market, members: market.members + difference })
}

function countOrders(
  changes: Changes,
  market: Hex,
  slot: bigint,
  { logIndex }: LogPlace,
  orders: SlotOrder[],
): void {
  const row = marketOf(changes, market)
  const known = changes.get('energySlots', { market, slot })
  const before = known ?? newSlot(row, slot, { block: changes.block.number, logIndex })
  changes.put('energySlots', {
    ...before,
    orders: before.orders + orders.length,
    demand: before.demand + orderedBy('buy', orders),
    supply: before.supply + orderedBy('sell', orders),
  })
  const slots = row.slots + (known === undefined ? 1 : 0)
  changes.put('energyMarkets', { ...row, slots, orders: row.orders + orders.length })
}

function newSlot(
  row: EnergyMarketRow,
  slot: bigint,
  place: Pick<EnergySlotRow, 'block' | 'logIndex'>,
): EnergySlotRow {
  const { gate, begin: start, end } = slotTimes(rulesOf(row), slot)
  const nothing = { orders: 0, demand: 0n, supply: 0n, reserved: 0n, missing: 0n, excess: 0n }
  const uncleared = { clearedAt: null, clearedTx: null, price: null, traded: null, volume: null }
  const unknown = { ...uncleared, fees: null, root: null, voided: null }
  return { market: row.market, slot, ...place, gate, start, end, ...nothing, ...unknown }
}

/** Wh that one side ordered. */
function orderedBy(side: SlotOrder['side'], orders: SlotOrder[]): bigint {
  const steps = orders.filter((order) => order.side === side).flatMap((order) => order.steps)
  return steps.reduce((all, { quantity }) => all + quantity, 0n)
}

function addOrder(
  changes: Changes,
  market: Hex,
  slot: bigint,
  place: number,
  { logIndex, transactionHash }: LogPlace,
  { account, side, tariff, steps }: SlotOrder,
): void {
  const { number: block, timestamp: submittedAt } = changes.block
  const key = { market, slot, account: getAddress(account) }
  changes.insert('energyOrders', {
    ...{ ...key, place, block, logIndex, submittedAt, submittedTx: transactionHash, side, tariff },
    steps: steps.map(({ price, quantity }) => ({ price: String(price), quantity: String(quantity) })),
    ...{ voided: null, filled: null, amount: null, reserved: null },
    ...{ settledAt: null, settledTx: null, credited: null, deviation: null },
  })
}
