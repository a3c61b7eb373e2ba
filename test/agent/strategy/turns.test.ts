import { expect } from 'chai'
import fc from 'fast-check'
import { turnOf } from '../../../agent/strategy/turns.ts'
import type { Address, Hex } from '../../../protocol/types.ts'

const hex = (length: number) =>
  fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((bytes): Hex => `0x${Buffer.from(bytes).toString('hex')}`)
const agents = fc.uniqueArray(hex(20), { minLength: 1, maxLength: 40 })

describe('turnOf', () => {
  it('gives each turn to as many as share one, the last excepted', () => {
    fc.assert(
      fc.property(hex(32), agents, fc.integer({ min: 1, max: 8 }), (intent, all, size) => {
        const turns = all.map((agent) => turnOf(intent, agent, all, size)).sort((a, b) => a - b)
        expect(turns).to.deep.equal(all.map((_, index) => Math.floor(index / size)))
      }),
    )
  })

  it('depends neither on the sequence of the others, nor on whether the agent itself is among them', () => {
    fc.assert(
      fc.property(hex(32), agents, (intent, all) => {
        const [self] = all as [Address]
        const turn = turnOf(intent, self, all, 2)
        expect(turnOf(intent, self, all.toReversed(), 2)).to.equal(turn)
        expect(turnOf(intent, self, all.slice(1), 2)).to.equal(turn)
      }),
    )
  })

  it('spreads intents: nobody has the first turn more than half as often again as its share', () => {
    // Neighbouring addresses and neighbouring digests, which a weak mix would not tell apart.
    const all = Array.from({ length: 10 }, (_, index): Address => `0x${index.toString(16).padStart(40, '0')}`)
    const intents = Array.from(
      { length: 1000 },
      (_, index): Hex => `0x${index.toString(16).padStart(64, '0')}`,
    )
    const firsts = all.map((agent) => intents.filter((intent) => turnOf(intent, agent, all, 1) === 0).length)
    // 100 each; the standard deviation of such a count is 9.5.
    expect(Math.max(...firsts)).to.be.below(150)
    expect(Math.min(...firsts)).to.be.above(50)
  })
})
