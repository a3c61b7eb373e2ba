import { expect } from 'chai'
import fc from 'fast-check'
import { partition, SPLITS } from '../../../../agent/learning/training/partition.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { ConfigError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'

/** Rows whose two inputs are their number, and that many times 2; ten classes by turns. */
function numbered(rows: number) {
  return {
    rows,
    inputs: Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? i / 2 : i - 1)),
    targets: Float32Array.from({ length: rows }, (_, row) => row % 10),
  }
}

describe('partition', () => {
  for (const split of SPLITS) {
    it(`by ${split} gives every row to one client, whole, and all about as many (seed ${SEED})`, () => {
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 12 }), fc.nat(100), fc.integer(), (clients, more, seed) => {
          const examples = numbered(2 * clients + more)
          const parts = partition(examples, clients, split, uniformDraws(seed))
          expect(parts).to.have.lengthOf(clients)
          const rows = parts.flatMap(({ inputs, targets }) =>
            Array.from(targets, (target, i) => {
              const row = inputs[2 * i] ?? Number.NaN
              expect([inputs[2 * i + 1], target]).to.deep.equal([2 * row, row % 10])
              return row
            }),
          )
          expect(rows.sort((a, b) => a - b)).to.deep.equal([...Array(examples.rows).keys()])
          const sizes = parts.map((part) => part.rows)
          expect(Math.max(...sizes) - Math.min(...sizes)).to.be.at.most(split === 'iid' ? 1 : 2)
        }),
        { seed: SEED },
      )
    })
  }

  it('by label leaves clients few classes, and at random all of them', () => {
    const classesOf = (split: 'iid' | 'noniid') =>
      partition(numbered(2000), 20, split, uniformDraws(5)).map(({ targets }) => new Set(targets).size)
    // 40 shards of 50 rows and classes of 200: each shard is of one class.
    expect(Math.max(...classesOf('noniid'))).to.equal(2)
    expect(Math.min(...classesOf('iid'))).to.equal(10)
  })

  it('is another for other lots, and refuses more clients than there is for', () => {
    const examples = numbered(40)
    for (const split of SPLITS) {
      const part = (seed: number) => partition(examples, 4, split, uniformDraws(seed))
      expect(part(1)).to.deep.equal(part(1)).and.not.deep.equal(part(2))
    }
    expect(() => partition(examples, 41, 'iid', uniformDraws(1))).to.throw(ConfigError, 'at most 40')
    expect(() => partition(examples, 21, 'noniid', uniformDraws(1))).to.throw(ConfigError, 'at most 20')
    expect(() => partition(examples, 0, 'iid', uniformDraws(1))).to.throw(ConfigError, 'clients')
    const pairs = { ...examples, targets: new Float32Array(80) }
    expect(() => partition(pairs, 4, 'noniid', uniformDraws(1))).to.throw(ConfigError, 'examples.targets')
  })
})
