import { expect } from 'chai'
import fc from 'fast-check'
import {
  addProduct,
  addProductTransposed,
  addRowSums,
  addToRows,
  addTransposedProduct,
} from '../../../agent/learning/kernels.ts'
import { SEED } from './seed.ts'

const size = fc.integer({ min: 1, max: 6 })
/** Small whole numbers, so that every sum is exact. */
const matrix = (length: number) =>
  fc
    .array(fc.integer({ min: -9, max: 9 }), { minLength: length, maxLength: length })
    .map((values) => Float32Array.from(values))
const problem = fc
  .tuple(size, size, size)
  .chain(([rows, inner, columns]) =>
    fc.tuple(
      fc.constant([rows, inner, columns] as const),
      matrix(rows * inner),
      matrix(inner * columns),
      matrix(rows * columns),
    ),
  )

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? 0)
}

describe('kernels', () => {
  it(`multiply matrices as the definition does, transposed or not (seed ${SEED})`, () => {
    fc.assert(
      fc.property(problem, ([shape, a, b, c]) => {
        const [rows, inner, columns] = shape
        const expected = c.map((value, index) => {
          const [row, column] = [Math.floor(index / columns), index % columns]
          return Array.from({ length: inner }).reduce<number>(
            (sum, _, i) => sum + (a[row * inner + i] ?? 0) * (b[i * columns + column] ?? 0),
            value,
          )
        })
        const found = [c.slice(), c.slice(), c.slice()] as const
        addProduct(a, b, found[0], shape)
        addTransposedProduct(transposed(a, rows, inner), b, found[1], shape)
        addProductTransposed(a, transposed(b, inner, columns), found[2], shape)
        for (const each of found) expect(each.map((value) => value + 0)).to.deep.equal(expected)
      }),
      { seed: SEED },
    )
  })

  it('add a row to each, and each row to one', () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6)
    const sums = Float32Array.of(100, 200)
    addRowSums(values, sums)
    expect([...sums]).to.deep.equal([109, 212])
    addToRows(Float32Array.of(10, 20), values)
    expect([...values]).to.deep.equal([11, 22, 13, 24, 15, 26])
  })
})
