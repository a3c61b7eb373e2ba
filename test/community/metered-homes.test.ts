import { expect } from 'chai'
import type { NumberedSlot } from '../../community/clock.ts'
import type { Dataset, MeteredSlot } from '../../community/dataset.ts'
import { withMeteredHomes, withOthers } from '../../community/metered-homes.ts'

const QUARTER = 900
const NOON = 43_200

/** Two homes for two days, each slot of which tells its day and hour. */
const STREET: Dataset = {
  name: 'Street',
  area: '871f8d099ffffff',
  retailPrice: 1n,
  feedInPrice: 0n,
  homes: ['roof', 'cellar'].map((name) => ({ name, strategy: { name: 'patient' } })),
  slots: Array.from({ length: 192 }, (_, index) => ({
    start: index * QUARTER,
    end: (index + 1) * QUARTER,
    readings: [
      { home: 'roof', loadWh: index, pvWh: 0 },
      { home: 'cellar', loadWh: 1000 + index, pvWh: 0 },
    ],
  })),
}

/** Reported by the meters of a home that the street has, and of one that it has not. */
function reported(start: number): MeteredSlot {
  const readings = ['attic', 'roof'].map((home) => ({ home, loadWh: 0, pvWh: 7 }))
  return { start, end: start + QUARTER, readings }
}

async function take(starts: readonly number[]): Promise<NumberedSlot[]> {
  const told = (async function* () {
    for (const start of starts) yield reported(start)
  })()
  const slots: NumberedSlot[] = []
  for await (const slot of withOthers(told, withMeteredHomes(STREET, ['attic', 'roof']))) slots.push(slot)
  return slots
}

describe('homes with meters', () => {
  it('take the place of the home of their name, or come to the others', () => {
    expect(withMeteredHomes(STREET, ['attic', 'roof']).homes).to.deep.equal([
      ...STREET.homes,
      { name: 'attic', strategy: { name: 'honest' } },
    ])
    expect(withMeteredHomes(STREET, [])).to.deep.equal(STREET)
  })

  it('are measured by them, and the others by the data of that time of the day', async () => {
    const day = 20_000 * 86_400
    const starts = [day + NOON, day + NOON + 2 * QUARTER, day + 86_400, day + 2 * 86_400]
    const slots = await take(starts)
    expect(slots.map(({ index, start, end }) => [index, start, end - start])).to.deep.equal(
      starts.map((start, index) => [index, start, QUARTER]),
    )
    expect(slots[0]?.readings).to.deep.equal([
      { home: 'roof', loadWh: 0, pvWh: 7 },
      { home: 'cellar', loadWh: 1048, pvWh: 0 },
      { home: 'attic', loadWh: 0, pvWh: 7 },
    ])
    const cellar = slots.map(({ readings }) => readings[1]?.loadWh)
    expect(cellar, 'slots may be missing; after the last day the first').to.deep.equal([
      1048, 1050, 1096, 1000,
    ])
  })
})
