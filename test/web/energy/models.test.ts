import { expect } from 'chai'
import { bilateralModel, soughtIn } from '../../../web/views/energy/bilateral-model.ts'
import { clearedModel, ofWholeSlots } from '../../../web/views/energy/cleared-model.ts'
import { HOUSE } from '../../../web/views/energy/model.ts'
import { remember, type Wish } from '../../../web/views/energy/wishes.ts'

let made = 0
const wish = (draft: Partial<Wish>): Wish => ({
  ...{ hash: `0x${made++}`, agent: '0xA', side: 'buy', quantity: '100', price: '146000', lot: '1000' },
  ...{ start: '900', end: '1800', nonce: String(made), ...draft },
})
const agreement = (
  intentHash: string,
  quantity: string,
  status: 'open' | 'settled' | 'refunded' = 'open',
) => ({
  ...{ id: `0xa${made++}`, status, intentHash, quantity, traded: null },
})

describe('wishes that were heard', () => {
  it('are one for a home, a side and a slot: what was said last, and the most that was said', () => {
    const [first, rest, other] = [wish({}), wish({ quantity: '60' }), wish({ agent: '0xB' })]
    // As gossip may, the older one comes after the newer one, and twice.
    const heard = remember(remember(new Map(), [rest, other], 48), [first, first], 48)
    expect([...heard.values()].map(({ wish: { hash }, wished }) => [hash, wished])).to.deep.equal([
      [rest.hash, 100n],
      [other.hash, 100n],
    ])
    expect([...heard.values()][0]?.hashes).to.deep.equal(new Set([rest.hash, first.hash]))
  })

  it('are kept for the latest slots only', () => {
    const starts = ['900', '2700', '1800', '3600']
    const heard = remember(
      new Map(),
      starts.map((start) => wish({ start })),
      2,
    )
    expect([...heard.values()].map(({ wish: { start } }) => start)).to.deep.equal(['2700', '3600'])
  })

  it('are forgotten, those heard first, where keys that cost nothing say too many', () => {
    const many = Array.from({ length: 20_000 }, (_, index) => wish({ agent: `0x${index}` }))
    const heard = remember(new Map(), many, 48)
    expect(heard.size).to.be.below(many.length)
    expect([...heard.values()].at(-1)?.wish.hash).to.equal(many.at(-1)?.hash)
    const often = Array.from({ length: 200 }, () => wish({}))
    const [same] = remember(new Map(), often, 48).values()
    expect(same?.hashes.size).to.be.below(often.length)
    expect(same?.hashes.has(often.at(-1)?.hash ?? '')).to.equal(true)
  })

  it('have the agreements of all that was said, without those that were given up', () => {
    const [first, rest] = [wish({}), wish({ quantity: '60' })]
    const kept = [agreement(first.hash, '40'), agreement(rest.hash, '10')]
    const [sought] = soughtIn(remember(new Map(), [first, rest], 48).values(), [
      ...kept,
      agreement(rest.hash, '50', 'refunded'),
      agreement('0xelse', '5'),
    ])
    expect(sought?.agreements).to.deep.equal(kept)
    expect(sought?.wished).to.equal(100n)
  })

  it('are at least what is agreed, for a page that heard of the rest only', () => {
    const rest = wish({ quantity: '5' })
    const [sought] = soughtIn(remember(new Map(), [rest], 48).values(), [agreement(rest.hash, '30')])
    expect(sought?.wished).to.equal(30n)
  })
})

describe('a market in which homes bargain', () => {
  const trade = {
    ...{ settledAt: '2025-01-01T00:00:01.000Z', buyer: '0xA', seller: '0xB', lot: '1000' },
    ...{ quantity: '500', payment: '90000', received: '89000' },
  }

  it('has two positions and a flow of each trade of energy, and none of a ride', () => {
    const { positions, flows } = bilateralModel([trade, { ...trade, lot: '4200' }], [])
    expect(positions).to.deep.equal([
      { account: '0xA', side: 'buy', wh: 500n, money: 90_000n },
      { account: '0xB', side: 'sell', wh: 500n, money: 89_000n },
    ])
    expect(flows).to.deep.equal([{ seller: '0xB', buyer: '0xA', wh: 500n }])
  })

  it('has the average price of each second, weighted by energy', () => {
    const { prices } = bilateralModel(
      [
        { ...trade, settledAt: '2025-01-01T00:00:02.000Z' },
        trade,
        { ...trade, quantity: '1500', payment: '150000' },
      ],
      [],
    )
    expect(prices.map(({ wh, price }) => [wh, price])).to.deep.equal([
      [2_000n, 120_000],
      [500n, 180_000],
    ])
    expect((prices[1]?.time ?? 0) - (prices[0]?.time ?? 0)).to.equal(1)
  })

  it('tells of slots what is wished for and agreed, the latest first', () => {
    const [early, late] = [wish({}), wish({ start: '1800', end: '2700', quantity: '70' })]
    const heard = remember(new Map(), [early, late], 48)
    const { slots } = bilateralModel([], soughtIn(heard.values(), [agreement(late.hash, '30', 'settled')]))
    expect(slots.map(({ key, wished, offered, traded }) => [key, wished, offered, traded])).to.deep.equal([
      ['1800', 70n, undefined, 30n],
      ['900', 100n, undefined, 0n],
    ])
  })
})

describe('a market of the clearing house', () => {
  const order = (draft: object) => ({
    ...{ account: '0xA', side: 'buy' as const, filled: '500', amount: '-90000', reserved: null },
    ...{ credited: null, settledAt: null, ...draft },
  })
  const sold = { account: '0xB', side: 'sell' as const, amount: '-60000', reserved: '150000' }

  it('has what was paid, and what was earned with the reserve that a meter gives back', () => {
    const { positions, flows } = clearedModel(
      [
        order({}),
        order(sold),
        order({ ...sold, settledAt: '2025-01-01T00:00:00.000Z', credited: '140000' }),
        order({ filled: '0', amount: '0' }),
        order({ filled: null, amount: null }),
      ],
      [],
      [],
    )
    expect(positions.map(({ money }) => money)).to.deep.equal([90_000n, 90_000n, 80_000n])
    expect(flows.map(({ seller, buyer }) => [seller, buyer])).to.deep.equal([
      [HOUSE, '0xA'],
      ['0xB', HOUSE],
      ['0xB', HOUSE],
    ])
  })

  it('has no price where nothing was bought, and prices from the earliest on', () => {
    const prices = [
      { start: '1800', price: '120000', traded: '5' },
      { start: '1350', price: '999000', traded: '0' },
      { start: '900', price: '110000', traded: '7' },
    ]
    expect(clearedModel([], [], prices).prices).to.deep.equal([
      { time: 900, price: 110_000, wh: 7n },
      { time: 1800, price: 120_000, wh: 5n },
    ])
  })

  it('is read without the slot that a list was cut off in', () => {
    const of = (slot: string) => ({ slot })
    expect(ofWholeSlots([of('3'), of('2'), of('3'), of('1'), of('1')])).to.deep.equal([
      of('3'),
      of('2'),
      of('3'),
    ])
    expect(ofWholeSlots([])).to.deep.equal([])
  })
})
