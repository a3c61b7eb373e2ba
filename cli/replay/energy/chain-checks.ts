import {
  isFinal,
  type MeterReading,
  reserveOf,
  type SimulatedSlot,
  type Simulation,
} from '../../../agent/index.ts'
import { type Check, differs, first } from '../../../community/check.ts'
import type { ChainRecord } from './chain-record.ts'

/** What was replayed, and what the pure core makes of it. */
export interface Expected {
  slots: readonly SimulatedSlot[]
  core: Simulation
  /** What the market's sellers make good what they lack at, in minor units per kWh. */
  retailPrice: bigint
}

/**
 * Holds what a market came to on chain against the pure core, and against what every home's agent, account and meter say of
 * it: to the unit.
 */
export function checkRecord(record: ChainRecord, expected: Expected): Check[] {
  return [
    { name: 'pricesAgree', fault: pricesFault(record, expected) },
    { name: 'homesAgree', fault: homesFault(record, expected) },
    { name: 'balancesAgree', fault: balancesFault(record) },
    { name: 'receiptsAgree', fault: receiptsFault(record) },
    { name: 'metersAgree', fault: metersFault(record, expected) },
    { name: 'moneyConserved', fault: moneyFault(record) },
  ]
}

/** Energy and price of every slot. */
function pricesFault({ slots }: ChainRecord, { core }: Expected): string | undefined {
  return first(slots, ({ outcome }, index) => {
    const { tradedWh = 0, price } = core.slots[index] ?? {}
    const quantity = outcome?.quantity ?? 0n
    return (
      differs(`traded in slot ${index}, in Wh`, BigInt(tradedWh), quantity) ??
      (quantity === 0n ? undefined : differs(`price of slot ${index}`, price ?? 0n, outcome?.price ?? 0n))
    )
  })
}

/** Energy and money of every home in every slot. */
function homesFault(
  { slots, homes }: ChainRecord,
  { core, slots: measured, retailPrice }: Expected,
): string | undefined {
  const trades = Map.groupBy(core.trades, ({ slot }) => slot)
  return first(slots, ({ flows }, index) =>
    first(homes, ({ name }, home) => {
      const { wh = 0, money = 0n } = flows.find((flow) => flow.home === home) ?? {}
      let [boughtWh, got] = [0, 0n]
      for (const { buyer, seller, quantityWh, payment, fee } of trades.get(index) ?? []) {
        if (buyer === home) [boughtWh, got] = [boughtWh + quantityWh, got - payment]
        if (seller === home) [boughtWh, got] = [boughtWh - quantityWh, got + payment - fee]
      }
      const { exported } = throughMeter(measured[index]?.readings[home])
      const madeGood = makeGood(-boughtWh, exported, retailPrice)
      return (
        differs(`bought by ${name} in slot ${index}, in Wh`, boughtWh, wh) ??
        differs(`money of ${name} in slot ${index}`, got - madeGood, money)
      )
    }),
  )
}

/** Wh that a meter at the grid sees, either way. */
function throughMeter({ loadWh, pvWh }: MeterReading = { loadWh: 0, pvWh: 0 }) {
  return { imported: Math.max(0, loadWh - pvWh), exported: Math.max(0, pvWh - loadWh) }
}

/** What a seller makes good of what it sold and did not export, in minor units; nothing where it sold none. */
function makeGood(soldWh: number, exportedWh: number, retailPrice: bigint): bigint {
  if (soldWh <= 0) return 0n
  return reserveOf(BigInt(soldWh), retailPrice) - reserveOf(BigInt(Math.min(soldWh, exportedWh)), retailPrice)
}

function balancesFault({ slots, homes }: ChainRecord): string | undefined {
  return first(homes, ({ name, balance, deposited }, home) => {
    const money = slots
      .flatMap(({ flows }) => flows)
      .reduce((all, flow) => (flow.home === home ? all + flow.money : all), 0n)
    return differs(`balance of ${name} on chain`, deposited + money, balance)
  })
}

/** What a home's agent knows of its orders. */
function receiptsFault({ slots, homes }: ChainRecord): string | undefined {
  return first(homes, ({ name, receipts }, home) => {
    const bySlot = new Map(receipts.map((receipt) => [receipt.slot, receipt]))
    return first(slots, ({ slot, flows, sequence, outcome }, index) => {
      const receipt = bySlot.get(slot)
      const { wh = 0, money = 0n } = flows.find((flow) => flow.home === home) ?? {}
      if (receipt === undefined) {
        return sequence.includes(home) ? `${name} has no receipt of slot ${index}` : undefined
      }
      if (!isFinal(receipt)) return `order of ${name} for slot ${index} has not ended: ${receipt.stage}`
      return (
        differs(`quantity of ${name} in slot ${index} by its receipt, in Wh`, wh, Number(receipt.quantity)) ??
        differs(`money of ${name} in slot ${index} by its receipt`, money, receipt.balance) ??
        (wh === 0
          ? undefined
          : differs(`price of slot ${index} by ${name}`, outcome?.price ?? 0n, receipt.price))
      )
    })
  })
}

/** Every position was settled, by a reading that is what was measured. */
function metersFault({ slots, homes }: ChainRecord, expected: Expected): string | undefined {
  return first(slots, ({ flows, deviations }, index) =>
    first(flows, ({ home, wh }) => {
      const { imported, exported } = throughMeter(expected.slots[index]?.readings[home])
      const deviation = deviations.get(home)
      const name = homes[home]?.name
      if (deviation === undefined) return `position of ${name} in slot ${index} was not settled`
      return differs(
        `measured at ${name} in slot ${index}, in Wh`,
        wh > 0 ? imported : exported,
        Math.abs(wh) + deviation,
      )
    }),
  )
}

/** What homes have lost in all is what the fee account has, and nothing stays with the clearing house. */
function moneyFault({ slots, homes, fees, held }: ChainRecord): string | undefined {
  const money = slots.flatMap(({ flows }) => flows).reduce((all, flow) => all + flow.money, 0n)
  const [balances, deposits] = homes.reduce(
    ([all, paidIn], { balance, deposited }) => [all + balance, paidIn + deposited],
    [0n, 0n],
  )
  return (
    differs('fees on chain', -money, fees) ??
    differs('held by the clearing house', 0n, held) ??
    differs('all balances', deposits, balances + fees + held)
  )
}
