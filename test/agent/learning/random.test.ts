import { expect } from 'chai'
import fc from 'fast-check'
import { derivedSeed, normalDraws, permutation } from '../../../agent/learning/random.ts'
import { uniformDraws } from '../../../agent/market/uniform-draws.ts'
import { SEED } from '../../seed.ts'

describe('draws for learning', () => {
  it(`have the moments of the normal distribution (seed ${SEED})`, () => {
    const normal = normalDraws(uniformDraws(SEED))
    const values = Array.from({ length: 20_000 }, normal)
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length
    // Six standard errors: roots of 1, 2, 15 and 96 over the number.
    expect(Math.abs(moment(1))).to.be.below(6 * Math.sqrt(1 / 20_000))
    expect(Math.abs(moment(2) - 1)).to.be.below(6 * Math.sqrt(2 / 20_000))
    expect(Math.abs(moment(3))).to.be.below(6 * Math.sqrt(15 / 20_000))
    expect(Math.abs(moment(4) - 3)).to.be.below(6 * Math.sqrt(96 / 20_000))
  })

  it(`shuffle: every number once, and each at every place as often (seed ${SEED})`, () => {
    fc.assert(
      fc.property(fc.nat(50), fc.integer(), (count, seed) => {
        const order = permutation(count, uniformDraws(seed))
        expect([...order].sort((a, b) => a - b)).to.deep.equal([...Array(count).keys()])
      }),
      { seed: SEED },
    )
    const draw = uniformDraws(SEED)
    const counts = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = permutation(3, draw).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).to.equal(6)
    // Six standard deviations of a count of 6,000 / 6.
    for (const count of counts.values())
      expect(Math.abs(count - 1000)).to.be.below(6 * Math.sqrt(1000 * (5 / 6)))
  })

  it('have another seed for each part of a run', () => {
    const seeds = new Set<number>()
    for (let seed = 0; seed < 10; seed++) {
      for (let round = 0; round < 30; round++) {
        for (let client = 0; client < 20; client++) seeds.add(derivedSeed(seed, round, client))
      }
    }
    // Of 6,000 in 2^32, two alike are expected four times in a thousand; these are always the same.
    expect(seeds.size).to.equal(6000)
    expect(derivedSeed(1, 2, 3))
      .to.equal(derivedSeed(1, 2, 3))
      .and.not.equal(derivedSeed(1, 3, 2))
  })
})
