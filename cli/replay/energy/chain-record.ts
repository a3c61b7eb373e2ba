import type { Address, EnergyTrade, SlotReceipt } from '../../../agent/index.ts'
import type { HomeReceipts } from '../../../community/messages.ts'
import type { ChronicledSlot, SlotChronicle, Spent } from '../../../community/slot-chronicle.ts'

/** Wh that a price is for. */
const LOT = 1000n

/** What a home bought, or, below zero, sold in a slot, and what it got, or, below zero, paid for it. */
interface Flow {
  home: number
  wh: number
  /** Minor units. */
  money: bigint
}

/** A slot by the chain alone. */
interface RecordedSlot {
  /** Its number in the market. */
  slot: bigint
  /** Undefined when it was not cleared. */
  outcome: ChronicledSlot | undefined
  /** Of the homes that traded. */
  flows: Flow[]
  /** Homes in the sequence of their orders. */
  sequence: number[]
  /** Wh that meters saw beyond what was traded, by home, of the positions that were settled. */
  deviations: Map<number, number>
}

/** A home's account on chain, and what its agent says. Money in minor units. */
interface RecordedHome {
  name: string
  balance: bigint
  deposited: bigint
  receipts: SlotReceipt[]
}

/** All that is known of a market after its end: by the chain, and by each home's agent. */
export interface ChainRecord {
  slots: RecordedSlot[]
  homes: RecordedHome[]
  /** What the fee account has, and what is still held of sellers, in minor units. */
  fees: bigint
  held: bigint
  spent: Spent
}

/** Whose market it was. */
interface Parties {
  homes: readonly { name: string; address: Address }[]
  feeAccount: Address
}

/**
 * Reads what a market came to.
 *
 * @param numbers of its slots
 * @param fromBlock the first block after it was set up
 */
export async function recordOf(
  chronicle: SlotChronicle,
  numbers: readonly bigint[],
  receipts: readonly HomeReceipts[],
  { homes, feeAccount }: Parties,
  fromBlock: bigint,
): Promise<ChainRecord> {
  const placeOf = new Map(homes.map(({ address }, place) => [address, place]))
  const slots: RecordedSlot[] = []
  for (const slot of numbers) slots.push(await readSlot(chronicle, slot, placeOf))
  const accounts: RecordedHome[] = []
  for (const { name, address } of homes) {
    const own = receipts.find(({ home }) => home === name)?.receipts ?? []
    accounts.push({ name, ...(await chronicle.accountOf(address)), receipts: own })
  }
  return {
    slots,
    homes: accounts,
    fees: (await chronicle.accountOf(feeAccount)).balance,
    held: await chronicle.held(),
    spent: await chronicle.spent(fromBlock),
  }
}

async function readSlot(
  chronicle: SlotChronicle,
  slot: bigint,
  placeOf: ReadonlyMap<Address, number>,
): Promise<RecordedSlot> {
  const outcome = await chronicle.slot(slot)
  const settlements = await chronicle.settlementsOf(slot)
  const place = (account: Address) => placeOf.get(account) ?? -1
  const credited = new Map(settlements.map(({ account, delta }) => [account, delta]))
  const { orders = [], clearing } = outcome ?? {}
  const flows = orders.map(({ account }, index) => ({
    home: place(account),
    wh: Number(clearing?.fills[index] ?? 0n),
    money: (clearing?.deltas[index] ?? 0n) + (credited.get(account) ?? 0n),
  }))
  return {
    slot,
    outcome,
    flows: flows.filter(({ wh, money }) => wh !== 0 || money !== 0n),
    sequence: orders.map(({ account }) => place(account)),
    deviations: new Map(settlements.map(({ account, deviation }) => [place(account), Number(deviation)])),
  }
}

/**
 * What homes traded, without what sellers made good: in bills that is energy which they bought from the grid.
 *
 * @param retailPrice what the grid took for a kWh in the slot, in minor units
 */
export function beforeMeters(
  { flows, deviations }: Pick<RecordedSlot, 'flows' | 'deviations'>,
  retailPrice: bigint,
): Flow[] {
  return flows.map((flow) => {
    const missing = flow.wh < 0 ? Math.max(0, -(deviations.get(flow.home) ?? 0)) : 0
    return { ...flow, money: flow.money + (BigInt(missing) * retailPrice) / LOT }
  })
}

/** The trades that come to these flows: buyers and sellers joined in the sequence of their orders. */
export function tradesOf(slot: number, flows: readonly Flow[]): EnergyTrade[] {
  const buyers = flows.filter(({ wh }) => wh > 0).map(partsOf)
  const sellers = flows.filter(({ wh }) => wh < 0).map(partsOf)
  const trades: EnergyTrade[] = []
  for (;;) {
    const [buyer, seller] = [buyers[0], sellers[0]]
    if (buyer === undefined || seller === undefined) return trades
    const quantityWh = Math.min(buyer.left, seller.left)
    const [payment, received] = [buyer.take(quantityWh), seller.take(quantityWh)]
    trades.push({
      slot,
      buyer: buyer.home,
      seller: seller.home,
      quantityWh,
      payment,
      fee: payment - received,
    })
    if (buyer.left === 0) buyers.shift()
    if (seller.left === 0) sellers.shift()
  }
}

/** A flow that is taken bit by bit, the money with it, none of which gets lost. */
function partsOf({ home, wh, money }: Flow) {
  const [total, amount] = [Math.abs(wh), money < 0n ? -money : money]
  let taken = 0
  const upTo = (part: number) => (amount * BigInt(part)) / BigInt(total)
  return {
    home,
    get left() {
      return total - taken
    },
    take(part: number): bigint {
      const before = upTo(taken)
      taken += part
      return upTo(taken) - before
    },
  }
}
