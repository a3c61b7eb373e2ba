import { expect } from 'chai'
import type { Dataset } from '../../community/dataset.ts'
import { withNeighbours } from '../../community/neighbours.ts'

function dataset(name: string, start: number, loads: number[], step = 21_600): Dataset {
  return {
    name,
    area: '871f8d099ffffff',
    retailPrice: 1n,
    feedInPrice: 0n,
    homes: [{ name, strategy: { name: 'honest' } }],
    slots: loads.map((loadWh, index) => ({
      start: start + index * step,
      end: start + (index + 1) * step,
      readings: [{ home: name, loadWh, pvWh: 0 }],
    })),
  }
}

describe('withNeighbours', () => {
  it('takes the neighbours of the same time of the day, and from the first again', () => {
    const own = dataset('own', 10 * 86_400 + 43_200, [1, 2, 3, 4, 5])
    const { homes, slots } = withNeighbours(own, dataset('other', 0, [10, 11, 12, 13, 20, 21, 22, 23]))
    expect(homes.map(({ name }) => name)).to.deep.equal(['own', 'other'])
    expect(slots.map(({ readings }) => readings.map(({ loadWh }) => loadWh))).to.deep.equal([
      [1, 12],
      [2, 13],
      [3, 20],
      [4, 21],
      [5, 22],
    ])
    expect(slots.map(({ start }) => start)).to.deep.equal(own.slots.map(({ start }) => start))
    const longer = withNeighbours(dataset('own', 0, [1, 2, 3, 4, 5]), dataset('other', 0, [10, 11, 12, 13]))
    expect(longer.slots.at(-1)?.readings[1]?.loadWh).to.equal(10)
  })

  it('refuses two homes of one name, and slots of two lengths', () => {
    const own = dataset('own', 0, [1])
    expect(() => withNeighbours(own, own))
      .to.throw('own')
      .with.property('code', 'NEIGHBOURS_INVALID')
    expect(() => withNeighbours(own, dataset('other', 0, [1], 900))).to.throw('900 s')
  })
})
