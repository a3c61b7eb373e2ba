import { expect } from 'chai'
import { type Deal, type DealState, feeOf, paymentOf } from '../../agent/index.ts'
import { crossCheck } from '../../cli/replay/checks.ts'
import type { Evidence, HomeEvidence } from '../../cli/replay/evidence.ts'
import { createReport, toJson, toText } from '../../cli/replay/report.ts'
import type { Dataset } from '../../community/dataset.ts'
import type { Hex } from '../../protocol/types.ts'

const hash = (digit: string): Hex => `0x${digit.repeat(64)}`
const account = (digit: string): Hex => `0x${digit.repeat(40)}`

const agreement = {
  buyer: account('b'),
  payer: account('b'),
  seller: account('a'),
  payout: account('a'),
  token: account('d'),
  staker: account('0'),
  agentId: 0n,
  exposure: 0n,
  quantity: 250n,
  price: 190_000n,
  lot: 1000n,
  feeBps: 25n,
  penaltyBps: 0n,
  relayFee: 0n,
  buyerEpoch: 0n,
  sellerEpoch: 0n,
  expiry: 100n,
  deadline: 200n,
  intentHash: hash('1'),
  termsHash: hash('2'),
  nonce: 1n,
  conditions: hash('3'),
}
const conditions = {
  arbitrator: account('0'),
  meter: account('0'),
  start: 900n,
  end: 1800n,
  lateFrom: 900n,
  lateBps: 0n,
  window: 60n,
  splitBps: 5_000n,
  retail: 0n,
}
const payment = paymentOf(agreement)
const fee = feeOf(agreement)

function deal(role: 'buyer' | 'seller', change: Partial<Deal> = {}): Deal {
  return {
    id: hash('c'),
    role,
    state: 'settled',
    agreement,
    conditions,
    terms: { capability: 'energy.supply', area: '', start: 900n, end: 1800n, round: 2n, previous: hash('1') },
    signatures: {},
    funding: { kind: 'balance' },
    peer: '16Uiu2HAm',
    endpoints: [],
    outcome: { quantity: agreement.quantity, paid: payment },
    gasUsed: role === 'buyer' ? 100_000n : 130_001n,
    ...change,
  }
}

function home(name: string, deals: Deal[], balance: bigint): HomeEvidence {
  const [first] = deals
  const isBuyer = first?.role === 'buyer'
  return {
    name,
    address: account(name),
    deals,
    books: {
      home: name,
      address: account(name),
      settled: deals.length,
      refunded: 0,
      cancelled: 0,
      resolved: 0,
      open: 0,
      boughtWh: isBuyer ? 250 : 0,
      soldWh: isBuyer ? 0 : 250,
      paid: isBuyer ? payment : 0n,
      received: isBuyer ? 0n : payment - fee,
      fees: isBuyer ? 0n : fee,
      gasUsed: first?.gasUsed ?? 0n,
      maxRounds: 2,
      trades: { settled: 0, open: 0, wh: 0, paid: 0n, fees: 0n },
    },
    onChain: { balance, deposited: 1_000_000n, fees: isBuyer ? 0n : fee },
    inIndex: {
      deposited: 1_000_000n,
      spent: isBuyer ? payment : 0n,
      earned: isBuyer ? 0n : payment - fee,
    },
  }
}

/** One trade of 250 Wh from a to b, as everybody recorded it. */
function evidence(): Evidence {
  return {
    homes: [
      home('a', [deal('seller')], 1_000_000n + payment - fee),
      home('b', [deal('buyer')], 1_000_000n - payment),
    ],
    trades: [
      {
        id: hash('c'),
        buyer: account('b'),
        seller: account('a'),
        quantityWh: 250,
        payment,
        received: payment - fee,
        fee,
      },
    ],
    stats: {
      agents: 2,
      intents: 0,
      agreements: {
        open: 0,
        delivered: 0,
        disputed: 0,
        settled: 1,
        refunded: 0,
        cancelled: 0,
        resolved: 0,
        revoked: 0,
      },
      token: account('d'),
      trades: 1,
      tradedWh: 250n,
      volume: payment,
      fees: fee,
      collectedFees: 0n,
      averagePrice: 190_000n,
    },
    feesOnChain: fee,
  }
}

/** The evidence with one record changed by `change`. */
function changed(change: (evidence: Evidence) => unknown): Evidence {
  const copy = evidence()
  change(copy)
  return copy
}

function put<T extends object, K extends keyof T>(record: T | undefined, field: K, value: T[K]): void {
  if (record !== undefined) record[field] = value
}

function add<K extends string>(record: Record<K, bigint>, field: K, amount: bigint): void {
  record[field] += amount
}

/** A deal of home a that has not settled. */
function unfinished(state: DealState): Deal {
  const { outcome: _, ...rest } = deal('seller', { id: hash('e'), state })
  return rest
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new Error(`there is no item ${index}`)
  return item
}

describe('crossCheck', () => {
  const failing = (records: Evidence) => crossCheck(records, 250).filter(({ fault }) => fault !== undefined)

  it('finds no fault in records that agree', () => {
    expect(failing(evidence())).to.deep.equal([])
  })

  const lies: [string, string, (evidence: Evidence) => unknown][] = [
    ['more could have been traded', 'tradedIsMaximum', (e) => e.trades.splice(0)],
    ['the protocol earned a unit less', 'paidIsReceivedPlusFees', (e) => add(e, 'feesOnChain', -1n)],
    ['a home said something else', 'journalsAgree', (e) => put(at(e.homes, 0).books, 'soldWh', 249)],
    ['a home said nothing', 'journalsAgree', (e) => put(at(e.homes, 1), 'books', undefined)],
    ['a journal lacks a trade of the index', 'indexAgrees', (e) => at(e.homes, 1).deals.splice(0)],
    ['the index lacks a trade of a journal', 'indexAgrees', (e) => e.trades.splice(0)],
    ['the index has another quantity', 'indexAgrees', (e) => put(at(e.trades, 0), 'quantityWh', 251)],
    ['the index has another fee', 'indexAgrees', (e) => add(at(e.trades, 0), 'fee', 1n)],
    ['the statistics have another volume', 'indexAgrees', (e) => add(e.stats, 'volume', 1n)],
    ['the chain holds a unit less', 'balancesAgree', (e) => add(at(e.homes, 0).onChain, 'balance', -1n)],
    ['the index has a unit more earned', 'balancesAgree', (e) => add(at(e.homes, 0).inIndex, 'earned', 1n)],
    ['the index has a unit less spent', 'balancesAgree', (e) => add(at(e.homes, 1).inIndex, 'spent', -1n)],
    ['the index missed a deposit', 'balancesAgree', (e) => add(at(e.homes, 0).inIndex, 'deposited', -1n)],
    ['a deal is still open', 'everyAgreementEnded', (e) => at(e.homes, 0).deals.push(unfinished('opened'))],
    [
      'a deal waits to be opened',
      'everyAgreementEnded',
      (e) => at(e.homes, 0).deals.push(unfinished('signed')),
    ],
    ['the index has an open agreement', 'everyAgreementEnded', (e) => put(e.stats.agreements, 'open', 1)],
    ['the index has a dispute', 'everyAgreementEnded', (e) => put(e.stats.agreements, 'disputed', 1)],
  ]
  for (const [what, check, change] of lies) {
    it(`fails ${check} when ${what}`, () => {
      const faults = failing(changed(change))
      expect(faults.map(({ name }) => name)).to.include(check)
      for (const { fault } of faults) expect(fault).to.match(/expected|journal|index|gone/)
    })
  }

  it('takes an offer that nobody took for no agreement', () => {
    expect(failing(changed((e) => at(e.homes, 0).deals.push(unfinished('offered'))))).to.deep.equal([])
  })
})

describe('the report of a replay', () => {
  const dataset: Dataset = {
    name: 'Street',
    area: '871f8d099ffffff',
    retailPrice: 300_000n,
    feedInPrice: 80_000n,
    homes: [
      { name: 'a', strategy: { name: 'honest' } },
      { name: 'b', strategy: { name: 'eager' } },
    ],
    slots: [],
  }
  const slots = [
    {
      index: 7,
      start: 900,
      end: 1800,
      readings: [
        { home: 'a', loadWh: 100, pvWh: 400 },
        { home: 'b', loadWh: 250, pvWh: 0 },
      ],
    },
  ]
  const report = createReport(dataset, slots, evidence(), crossCheck(evidence(), 250))

  it('has the key figures for programs, money as integers', () => {
    expect(toJson(report)).to.deep.include({
      slots: 1,
      from: 7,
      homes: 2,
      trades: 1,
      tradedWh: 250,
      maxTradableWh: 250,
      totalLoadWh: 350,
      totalPvWh: 400,
      selfSufficiency: { alone: 100 / 350, community: 1 },
      savings: 54_882,
      paid: 47_500,
      received: 47_382,
      fees: 118,
      averagePrice: 190_000,
      gasPerTrade: 230_001,
      rounds: { 2: 1 },
      checks: {
        tradedIsMaximum: true,
        paidIsReceivedPlusFees: true,
        journalsAgree: true,
        indexAgrees: true,
        balancesAgree: true,
        everyAgreementEnded: true,
      },
    })
  })

  it('has every home for programs', () => {
    const { perHome } = toJson(report) as { perHome: object[] }
    expect(perHome[1]).to.deep.include({
      home: 'b',
      strategy: 'eager',
      boughtWh: 250,
      paid: 47_500,
      savings: 27_500,
    })
  })

  it('has the same for people', () => {
    const text = toText(report)
    expect(text).to.include('250 Wh of 250 Wh').and.include('28.6% alone, 100.0% in the community')
    expect(text)
      .to.match(/: 1 slot from .*, 2 homes$/m)
      .and.include('in 1 trade\n')
    expect(text).to.include('0.0475 = 0.0474 received + 0.0001 fees')
  })

  it('says what was saved so that a credit reads as one', () => {
    const bill = (billAlone: bigint, billWithMarket: bigint) => {
      const savings = billAlone - billWithMarket
      const text = toText({ ...report, kpis: { ...report.kpis, billAlone, billWithMarket, savings } })
      return /^saved +(.*)$/m.exec(text)?.[1]
    }
    expect(bill(28_910_000n, 22_890_000n)).to.equal('6.0200: 22.8900 to pay instead of 28.9100 to pay')
    expect(bill(-266_300n, -292_100n)).to.equal('0.0258: 0.2921 to get instead of 0.2663 to get')
    expect(bill(10_000n, -5_000n)).to.equal('0.0150: 0.0050 to get instead of 0.0100 to pay')
  })
})
