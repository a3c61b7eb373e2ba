import { expect } from 'chai'
import fc from 'fast-check'
import { heap, type Workspace, withWorkspace } from '../../../agent/learning/kernels/workspace.ts'
import {
  addProduct,
  addProductTransposed,
  addRowSums,
  addScaled,
  addToRows,
  addTransposedProduct,
  type Vector,
} from '../../../agent/learning/kernels.ts'
import { SEED } from '../../seed.ts'

/** Tiles are of five rows by eight columns, sums in four lanes: sizes on both sides of all of them. */
const size = fc.integer({ min: 1, max: 21 })
const matrices = (value: fc.Arbitrary<number>) =>
  fc
    .tuple(size, size, size)
    .chain(([rows, inner, columns]) =>
      fc.tuple(
        fc.constant([rows, inner, columns] as const),
        ...[rows * inner, inner * columns, rows * columns].map((length) =>
          fc
            .array(value, { minLength: length, maxLength: length })
            .map((values) => Float32Array.from(values)),
        ),
      ),
    )
/** Small whole numbers, so that every sum is exact. */
const whole = fc.integer({ min: -9, max: 9 })

function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)] ?? 0)
}

/** A copy that begins so many values after where it would, so that vectors of four begin anywhere. */
function shifted(workspace: Workspace, values: Float32Array, by: number): Float32Array {
  const copy = workspace.zeros(values.length + by).subarray(by)
  copy.set(values)
  return copy
}

/** What all kernels make of two factors and a third matrix, in one workspace. */
function results(
  workspace: Workspace,
  [rows, inner, columns]: readonly [number, number, number],
  [a, b, c]: readonly Float32Array[],
  offset: number,
): Record<string, number[]> {
  const own = (values: Float32Array = new Float32Array()) => shifted(workspace, values, offset)
  const into = (run: (c: Vector) => void, start: Float32Array | undefined = c) => {
    const result = own(start)
    run(result)
    return [...result]
  }
  const shape = [rows, inner, columns] as const
  const [aT, bT] = [transposed(a ?? own(), rows, inner), transposed(b ?? own(), inner, columns)]
  return {
    addProduct: into((c) => addProduct(own(a), own(b), c, shape)),
    addTransposedProduct: into((c) => addTransposedProduct(own(aT), own(b), c, shape)),
    addProductTransposed: into((c) => addProductTransposed(own(a), own(bT), c, shape)),
    addScaled: into((c) => addScaled(b?.[0] ?? 0, own(c as Float32Array), c)),
    addToRows: into((c) => addToRows(own(b?.subarray(0, columns)), c)),
    addRowSums: into((sums) => addRowSums(own(c), sums), b?.slice(0, columns)),
  }
}

describe('kernels', () => {
  it(`multiply matrices as the definition does, transposed or not (seed ${SEED})`, () => {
    fc.assert(
      fc.property(matrices(whole), ([shape, a, b, c]) => {
        const [rows, inner, columns] = shape
        const expected = [...(c ?? [])].map((value, index) => {
          const [row, column] = [Math.floor(index / columns), index % columns]
          return Array.from({ length: inner }).reduce<number>(
            (sum, _, i) => sum + (a?.[row * inner + i] ?? 0) * (b?.[i * columns + column] ?? 0),
            value,
          )
        })
        const found = results(heap, [rows, inner, columns], [a, b, c] as Float32Array[], 0)
        for (const name of ['addProduct', 'addTransposedProduct', 'addProductTransposed']) {
          expect(
            found[name]?.map((value) => value + 0),
            name,
          ).to.deep.equal(expected)
        }
      }),
      { seed: SEED },
    )
  })

  it(`are the same to the bit with SIMD, wherever vectors begin (seed ${SEED})`, () => {
    const value = fc.float({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(matrices(value), fc.nat({ max: 3 }), ([shape, ...abc], offset) => {
        const found = withWorkspace(1e5, (workspace) => {
          expect(workspace).to.not.equal(heap)
          return results(workspace, shape, abc, offset)
        })
        expect(found).to.deep.equal(results(heap, shape, abc, offset))
      }),
      { seed: SEED },
    )
  })

  it('with SIMD write nowhere but into their result', () => {
    withWorkspace(1e4, (workspace) => {
      const [rows, inner, columns] = [6, 7, 11]
      const before = workspace.zeros(20).fill(5)
      const [a, b] = [workspace.zeros(rows * inner).fill(1), workspace.zeros(inner * columns).fill(2)]
      const c = workspace.zeros(rows * columns)
      const after = workspace.zeros(20).fill(7)
      addProduct(a, b, c, [rows, inner, columns])
      addTransposedProduct(a, b, c, [rows, inner, columns])
      addProductTransposed(a, b, c, [rows, inner, columns])
      addScaled(1, c, c)
      expect([...c]).to.deep.equal(Array(rows * columns).fill(2 * 3 * 2 * inner))
      expect([...before, ...a]).to.deep.equal([...Array(20).fill(5), ...Array(rows * inner).fill(1)])
      expect([...b, ...after]).to.deep.equal([...Array(inner * columns).fill(2), ...Array(20).fill(7)])
    })
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

describe('workspaces', () => {
  it('give up what is made in a scope, and have zeros again', () => {
    withWorkspace(8, (workspace) => {
      const kept = workspace.copy(Float32Array.of(1, 2))
      const first = workspace.scope(() => workspace.zeros(6).fill(9).byteOffset)
      const second = workspace.zeros(6)
      expect(second.byteOffset).to.equal(first)
      expect([...kept, ...second]).to.deep.equal([1, 2, 0, 0, 0, 0, 0, 0])
    })
  })

  it('may be used while another is, and after one that failed', () => {
    withWorkspace(4, (outer) => {
      const kept = outer.zeros(4).fill(1)
      expect(() =>
        withWorkspace(1e6, (inner) => {
          inner.zeros(1e6).fill(2)
          throw new Error('failed')
        }),
      ).to.throw('failed')
      expect([...kept]).to.deep.equal([1, 1, 1, 1])
    })
    expect(withWorkspace(4, (workspace) => [...workspace.zeros(4)])).to.deep.equal([0, 0, 0, 0])
  })

  it('are the usual memory where so much is not to be had', () => {
    withWorkspace(2 ** 31, (workspace) => expect(workspace).to.equal(heap))
    withWorkspace(1, (workspace) => expect(workspace).to.not.equal(heap))
  })
})
