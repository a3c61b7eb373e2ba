import { expect } from 'chai'
import fc from 'fast-check'
import type { Hex } from '../../protocol/types.ts'
import {
  decodeCatchUpAsk,
  decodeCatchUpHave,
  decodeCatchUpWant,
  encodeCatchUpAsk,
  encodeCatchUpHave,
  encodeCatchUpWant,
  MAX_ASKED_CELLS,
  MAX_OFFERED,
} from '../../protocol/wire/catch-up.ts'

const hashes = (count: number) =>
  Array.from({ length: count }, (_, index): Hex => `0x${index.toString(16).padStart(64, '0')}`)

describe('catching up', () => {
  it('asks for a domain and cells', () => {
    const cells = ['everywhere', '871f8d099ffffff']
    for (const type of ['intents', 'records'] as const) {
      const ask = { type, domain: 'energy', cells }
      expect(decodeCatchUpAsk(encodeCatchUpAsk(ask))).to.deep.equal(ask)
    }
  })

  it('asks for the orders, or the readings, of a market', () => {
    const [market] = hashes(1) as [Hex]
    for (const type of ['orders', 'readings'] as const) {
      const ask = { type, market }
      expect(decodeCatchUpAsk(encodeCatchUpAsk(ask))).to.deep.equal(ask)
      const short = encodeCatchUpAsk({ type, market: market.slice(0, -2) as Hex })
      expect(() => decodeCatchUpAsk(short)).to.throw(`catchUpAsk.${type}`)
    }
  })

  it('answers with digests, of which some are wanted', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 99 })), (places) => {
        const have = decodeCatchUpHave(encodeCatchUpHave(hashes(100)))
        const wanted = places.toSorted((a, b) => a - b)
        expect(have).to.deep.equal(hashes(100))
        expect(decodeCatchUpWant(encodeCatchUpWant(wanted), have.length)).to.deep.equal(wanted)
      }),
    )
  })

  it('refuses what was not offered, and what is wanted twice or out of order', () => {
    const want =
      (...indexes: number[]) =>
      () =>
        decodeCatchUpWant(encodeCatchUpWant(indexes), 3)
    expect(want(0, 3)).to.throw('catchUpWant.indexes[1]').with.property('code', 'VALUE_UNKNOWN')
    expect(want(1, 1)).to.throw('catchUpWant.indexes[1]')
    expect(want(1, 0)).to.throw('catchUpWant.indexes[1]')
    expect(want(0, 1, 2, 3))
      .to.throw('catchUpWant.indexes')
      .with.property('code', 'LIST_TOO_LONG')
  })

  it('is bounded', () => {
    const cells = Array<string>(MAX_ASKED_CELLS + 1).fill('871f8d099ffffff')
    const ask = { type: 'intents', domain: 'energy', cells } as const
    expect(() => decodeCatchUpAsk(encodeCatchUpAsk(ask))).to.throw('catchUpAsk.cells')
    const many = encodeCatchUpHave(hashes(MAX_OFFERED + 1))
    expect(() => decodeCatchUpHave(many)).to.throw('catchUpHave.hashes')
  })
})
