import { expect } from 'chai'
import fc from 'fast-check'
import { heap, type Workspace, withWorkspace } from '../../../agent/learning/kernels/workspace.ts'
import { notFinite } from '../../../agent/learning/kernels.ts'
import { SEED } from '../../seed.ts'

const value = fc.double({ min: -1e100, max: 1e100, noNaN: true })
/** Rows up to more than insertion sorts, widths up to more than are sorted at a time. */
const matrix = fc
  .tuple(fc.integer({ min: 1, max: 53 }), fc.integer({ min: 1, max: 35 }))
  .chain(([rows, half]) =>
    fc.record({
      rows: fc.constant(rows),
      width: fc.constant(2 * half),
      values: fc.array(value, { minLength: 2 * rows * half, maxLength: 2 * rows * half }),
    }),
  )

function doubles(workspace: Workspace, values: readonly number[]): Float64Array {
  const copy = workspace.doubles(values.length)
  copy.set(values)
  return copy
}

/** The same of the usual memory, and of that of SIMD. */
function inBoth<T>(run: (workspace: Workspace) => T): [plain: T, simd: T] {
  return [run(heap), withWorkspace(1e5, run)]
}

describe('kernels of columns', () => {
  it(`sort each column (seed ${SEED})`, () => {
    fc.assert(
      fc.property(matrix, ({ rows, width, values }) => {
        const columns = (all: readonly number[]) =>
          Array.from({ length: width }, (_, column) =>
            Array.from({ length: rows }, (_, row) => all[row * width + column] ?? Number.NaN),
          )
        const expected = columns(values).map((column) =>
          column.toSorted((a, b) => a - b).map((each) => each + 0),
        )
        const found = inBoth((workspace) => {
          const sorted = doubles(workspace, values)
          workspace.columns.sort(sorted, width)
          return columns([...sorted]).map((column) => column.map((each) => each + 0))
        })
        expect(found).to.deep.equal([expected, expected])
      }),
      { seed: SEED },
    )
  })

  it(`sort what is 0 and -0 without losing one`, () => {
    const found = inBoth((workspace) => {
      const sorted = doubles(workspace, [0, -0, -0, 0, 0, 0])
      workspace.columns.sort(sorted, 2)
      return [...sorted].filter((each) => Object.is(each, -0)).length
    })
    expect(found).to.deep.equal([2, 2])
  })

  it(`sum, and tell distances, to the same bit with SIMD (seed ${SEED})`, () => {
    fc.assert(
      fc.property(matrix, value, ({ rows, width, values }, factor) => {
        const [plain, simd] = inBoth((workspace) => {
          const all = doubles(workspace, values)
          const sums = workspace.doubles(rows * rows).fill(1)
          // Any number of values, not only an even one.
          const [x, y] = [all.subarray(0, width - 1), doubles(workspace, values.slice(0, width - 1))]
          workspace.columns.addSquaredDistances(all, width, sums)
          workspace.columns.addScaled(factor, x, y)
          const short = workspace.copy(Float32Array.from(values.slice(0, width - 1), Math.fround))
          const wide = workspace.doubles(width - 1)
          workspace.columns.widen(short, wide)
          return { sums: [...sums], y: [...y], short: [...short], wide: [...wide] }
        })
        expect(simd).to.deep.equal(plain)
        expect(plain.wide).to.deep.equal(plain.short)
        for (const [index, sum] of plain.sums.entries()) {
          const [row, above] = [Math.floor(index / rows), index % rows]
          const at = (which: number, i: number) => values[which * width + i] ?? Number.NaN
          const squares = Array.from({ length: width }, (_, i) => (at(row, i) - at(above, i)) ** 2)
          const expected = above < row ? 1 + squares.reduce((total, square) => total + square, 0) : 1
          expect(Math.abs(sum / expected - 1)).to.be.below(1e-12)
        }
      }),
      { seed: SEED },
    )
  })
})

describe('notFinite', () => {
  it(`has the place of the first value that is none (seed ${SEED})`, () => {
    const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9000 }),
        fc.array(fc.tuple(fc.nat(8999), odd)),
        (length, faults) => {
          const values = new Float64Array(length).fill(-1e308)
          const there = faults.filter(([place]) => place < length)
          for (const [place, fault] of there) values[place] = fault
          const first = Math.min(...there.map(([place]) => place))
          expect(notFinite(values)).to.equal(there.length === 0 ? -1 : first)
        },
      ),
      { seed: SEED },
    )
  })
})
