import { expect } from 'chai'
import fc from 'fast-check'
import type { Address, Deal } from '../../agent/index.ts'
import { checkMoney, type MoneyRecord, type Party } from '../../fleet/money-checks.ts'
import { deal } from '../agent/support/deals.ts'

const [RIDER, WAITING, DRIVER] = ['0x1', '0x2', '0x3'] as const
const [PAID, HELD, FEE_BPS] = [9_000_000n, 4_000_000n, 25n]
const FEE = (PAID * FEE_BPS) / 10_000n

/** Any deal, but for what the checks look at. */
const [any] = fc.sample(deal, { numRuns: 1, seed: 1 }) as [Deal]

function dealOf(role: Deal['role'], state: Deal['state'], paid?: bigint): Deal {
  const agreement = { ...any.agreement, quantity: 1_000n, lot: 1_000n, price: paid ?? HELD, feeBps: FEE_BPS }
  const { outcome: _, ...rest } = any
  const same = { ...rest, role, state, agreement, id: '0xd1' as const }
  return paid === undefined ? same : { ...same, outcome: { quantity: 1_000n, paid } }
}

/** One ride that was paid for, one that is under way, and what all sides say of them. */
function market() {
  const has = new Map<Address, bigint>([
    [RIDER, 11_000_000n],
    [WAITING, 6_000_000n],
    [DRIVER, 100_000_000n + PAID - FEE],
  ])
  const record = { has, fees: FEE, settlements: new Map([['0xd1' as const, PAID]]) }
  const party = (name: string, address: Address, given: bigint, deals: Deal[]): Party => ({
    ...{ name, address, given, deals, agentId: 0n },
  })
  const riders = [
    party('rider-1', RIDER, 20_000_000n, [dealOf('buyer', 'settled', PAID)]),
    party('rider-2', WAITING, 10_000_000n, [dealOf('buyer', 'opened')]),
  ]
  const drivers = [
    party('driver-1', DRIVER, 100_000_000n, [
      dealOf('seller', 'settled', PAID),
      { ...dealOf('seller', 'opened'), id: '0xd2' },
    ]),
  ]
  return { record, riders, drivers }
}

function failed(record: MoneyRecord, riders: Party[], drivers: Party[]): string[] {
  return checkMoney(record, riders, drivers).flatMap(({ name, fault }) => (fault === undefined ? [] : [name]))
}

describe('checkMoney', () => {
  it('finds no fault in records that agree, with a ride that is not paid for yet', () => {
    const { record, riders, drivers } = market()
    expect(failed(record, riders, drivers)).to.deep.equal([])
  })

  it('finds a unit that is lost on the way, and whose balance it is', () => {
    const { record, riders, drivers } = market()
    record.has.set(DRIVER, (record.has.get(DRIVER) ?? 0n) - 1n)
    expect(failed(record, riders, drivers)).to.deep.equal(['moneyConserved', 'balancesAgree'])
  })

  it('finds a fee that nobody has paid', () => {
    const { record, riders, drivers } = market()
    expect(failed({ ...record, fees: FEE + 1n }, riders, drivers)).to.deep.equal(['moneyConserved'])
  })

  it('finds two balances that are wrong by as much', () => {
    const { record, riders, drivers } = market()
    record.has.set(RIDER, 11_000_001n)
    record.has.set(WAITING, 5_999_999n)
    expect(failed(record, riders, drivers)).to.deep.equal(['balancesAgree'])
  })

  it('finds a payment that the chain knows otherwise, or not at all', () => {
    const { record, riders, drivers } = market()
    const settlements = new Map([['0xd1' as const, PAID - 1n]])
    expect(failed({ ...record, settlements }, riders, drivers)).to.deep.equal(['settlementsAgree'])
    expect(failed({ ...record, settlements: new Map() }, riders, drivers)).to.deep.equal(['settlementsAgree'])
  })
})
