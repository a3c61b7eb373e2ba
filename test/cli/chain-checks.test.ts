import { expect } from 'chai'
import { simulateSlots, truthful } from '../../agent/index.ts'
import { checkRecord } from '../../cli/replay/energy/chain-checks.ts'
import { beforeMeters, type ChainRecord, tradesOf } from '../../cli/replay/energy/chain-record.ts'

const readings = [
  { loadWh: 100, pvWh: 400 },
  { loadWh: 250, pvWh: 0 },
]
const slots = [{ start: 0, end: 900, readings, retailPrice: 300_000n, feedInPrice: 80_000n }]
const core = simulateSlots(slots, [{ strategy: truthful }, { strategy: truthful }])

/** What the chain and the homes would say of it. */
function record(): ChainRecord {
  const receipt = {
    ...{ market: '0x' as const, slot: 7n, account: '0x' as const, stage: 'settled' as const, price: 80_000n },
    ...{ fee: 0n, reserve: 0n, deviation: 0n, gas: 0n },
  }
  const sold = { ...receipt, side: 'sell', quantity: -250n, balance: 20_000n } as const
  const bought = { ...receipt, side: 'buy', quantity: 250n, balance: -20_000n } as const
  const clearing = {
    ...{ price: 80_000n, quantity: 250n, fills: [-250n, 250n], deltas: [0n, 0n] },
    ...{ reserves: 0n, fees: 0n, voided: [false, false] },
  }
  return {
    slots: [
      {
        slot: 7n,
        outcome: { slot: 7n, orders: [], price: 80_000n, quantity: 250n, clearing },
        flows: [
          { home: 0, wh: -250, money: 20_000n },
          { home: 1, wh: 250, money: -20_000n },
        ],
        sequence: [0, 1],
        deviations: new Map([
          [0, 50],
          [1, 0],
        ]),
      },
    ],
    homes: [
      { name: 'a', balance: 120_000n, deposited: 100_000n, receipts: [sold] },
      { name: 'b', balance: 80_000n, deposited: 100_000n, receipts: [bought] },
    ],
    fees: 0n,
    held: 0n,
    spent: { transactions: 3, gas: 1n, bytes: 1n },
  }
}

const failed = (changed: ChainRecord) =>
  checkRecord(changed, { slots, core, retailPrice: 300_000n }).flatMap(({ name, fault }) =>
    fault === undefined ? [] : [name],
  )

describe('checkRecord', () => {
  it('finds no fault in records that agree', () => {
    expect(failed(record())).to.deep.equal([])
  })

  const faults: [string, string[], (changed: ChainRecord) => void][] = [
    [
      'another price',
      ['pricesAgree', 'receiptsAgree'],
      ({ slots: [slot] }) => {
        if (slot?.outcome) slot.outcome = { ...slot.outcome, price: 80_001n }
      },
    ],
    [
      'a Wh less',
      ['pricesAgree'],
      ({ slots: [slot] }) => {
        if (slot?.outcome) slot.outcome = { ...slot.outcome, quantity: 249n }
      },
    ],
    [
      'a unit of money less',
      ['homesAgree', 'balancesAgree', 'receiptsAgree', 'moneyConserved'],
      ({ slots: [slot] }) => {
        if (slot?.flows[0]) slot.flows[0].money -= 1n
      },
    ],
    [
      'a balance that is a unit less',
      ['balancesAgree', 'moneyConserved'],
      ({ homes: [home] }) => {
        if (home) home.balance -= 1n
      },
    ],
    [
      'a home that does not know',
      ['receiptsAgree'],
      ({ homes: [home] }) => {
        if (home) home.receipts = []
      },
    ],
    ['a meter that saw something else', ['metersAgree'], ({ slots: [slot] }) => slot?.deviations.set(0, 49)],
    ['a position that is not settled', ['metersAgree'], ({ slots: [slot] }) => slot?.deviations.delete(0)],
    [
      'money that is held',
      ['moneyConserved'],
      (changed) => {
        changed.held = 1n
      },
    ],
  ]
  for (const [what, names, change] of faults) {
    it(`finds ${what}`, () => {
      const changed = record()
      change(changed)
      expect(failed(changed)).to.deep.equal(names)
    })
  }
})

describe('checkRecord of homes that ordered by a forecast', () => {
  const outlook = [
    { loadWh: 0, pvWh: 350, lackWh: [-350] },
    { loadWh: 350, pvWh: 0, lackWh: [350] },
  ]
  const guessed = slots.map((slot) => ({ ...slot, forecast: { homes: outlook, horizon: 2 } }))
  const wrong = simulateSlots(guessed, [{ strategy: truthful }, { strategy: truthful }])
  // Of 350 Wh at 0.19, halfway between both limits, 300 were delivered, and 50 made good at 0.30; the other home drew 250.
  const changed = record()
  const [slot] = changed.slots
  const [seller, buyer] = changed.homes
  if (slot?.outcome === undefined || seller === undefined || buyer === undefined) throw new Error('no slot')
  slot.outcome = { ...slot.outcome, price: 190_000n, quantity: 350n }
  slot.flows = [
    { home: 0, wh: -350, money: 66_500n - 15_000n },
    { home: 1, wh: 350, money: -66_500n },
  ]
  slot.deviations = new Map([
    [0, -50],
    [1, -100],
  ])
  const [sold, bought] = [seller.receipts[0], buyer.receipts[0]]
  if (sold === undefined || bought === undefined) throw new Error('no receipts')
  const price = 190_000n
  Object.assign(seller, {
    balance: 151_500n,
    receipts: [{ ...sold, price, quantity: -350n, balance: 51_500n }],
  })
  Object.assign(buyer, {
    balance: 33_500n,
    receipts: [{ ...bought, price, quantity: 350n, balance: -66_500n }],
  })
  changed.fees = 15_000n
  const faults = () => checkRecord(changed, { slots: guessed, core: wrong, retailPrice: 300_000n })

  it('finds what was made good where it has to be', () => {
    expect(faults().flatMap(({ fault }) => fault ?? [])).to.deep.equal([])
  })

  it('counts what was made good as bought from the grid, in the trades of bills', () => {
    const flows = beforeMeters(slot, 300_000n)
    expect(flows.map(({ money }) => money)).to.deep.equal([66_500n, -66_500n])
  })

  it('finds that less was made good', () => {
    if (slot.flows[0]) slot.flows[0].money += 1n
    const names = faults().flatMap(({ name, fault }) => (fault === undefined ? [] : [name]))
    expect(names).to.include('homesAgree')
  })
})

describe('tradesOf', () => {
  it('joins buyers and sellers so that no Wh and no unit is lost', () => {
    const flows = [
      { home: 0, wh: 7, money: -101n },
      { home: 1, wh: -5, money: 60n },
      { home: 2, wh: -6, money: 70n },
      { home: 3, wh: 4, money: -59n },
    ]
    const trades = tradesOf(3, flows)
    const sum = (home: number) =>
      trades.reduce(
        (all, { buyer, seller, quantityWh, payment, fee }) => {
          if (buyer === home) return { wh: all.wh + quantityWh, money: all.money - payment }
          if (seller === home) return { wh: all.wh - quantityWh, money: all.money + payment - fee }
          return all
        },
        { wh: 0, money: 0n },
      )
    for (const { home, wh, money } of flows) expect(sum(home)).to.deep.equal({ wh, money })
    expect(trades.every(({ slot, quantityWh }) => slot === 3 && quantityWh > 0)).to.equal(true)
  })
})
