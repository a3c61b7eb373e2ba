import { expect } from 'chai'
import { fileMeter } from '../../../community/meters/file-meter.ts'
import { type MeterMessage, slotsOf } from '../../../community/meters/meter-port.ts'
import { readCommunity } from '../../../community/read-community.ts'
import { collected } from './collected.ts'

const HOMES = ['a', 'b']

async function* sent(...messages: [home: string, start: number, loadWh: number][]) {
  for (const [home, start, loadWh] of messages) {
    yield { home, start, end: start + 900, loadWh, pvWh: 0 } satisfies MeterMessage
  }
}

describe('slotsOf', () => {
  it('gives the slots of a file as they are', async () => {
    const { slots, homes } = readCommunity()
    const names = homes.map(({ name }) => name)
    const told = await collected(slotsOf(fileMeter({ slots }).readings, names, 900))
    expect(told).to.deep.equal(slots.map((slot) => ({ ...slot, missing: [] })))
  })

  it('ends with its port', async () => {
    const { slots, homes } = readCommunity()
    const port = fileMeter({ slots })
    const told: number[] = []
    for await (const { start } of slotsOf(
      port.readings,
      homes.map(({ name }) => name),
      900,
    )) {
      told.push(start)
      if (told.length === 3) await port.close()
    }
    expect(told).to.deep.equal(slots.slice(0, 3).map(({ start }) => start))
  })

  it('waits for homes that are late, but not for ever, and names them', async () => {
    const messages = sent(
      ['a', 0, 1],
      ['a', 900, 2],
      ['b', 0, 3],
      ['a', 1800, 4],
      ['a', 2700, 5],
      ['b', 900, 6],
      ['b', 2700, 7],
    )
    const told = await collected(slotsOf(messages, HOMES, 900))
    expect(
      told.map(({ start, readings, missing }) => [
        start,
        ...readings.map(({ loadWh }) => loadWh),
        ...missing,
      ]),
    ).to.deep.equal([
      [0, 1, 3],
      [900, 2, 0, 'b'],
      [1800, 4, 0, 'b'],
      [2700, 5, 7],
    ])
  })

  it('leaves out what comes twice, and from elsewhere', async () => {
    const messages = sent(['a', 0, 1], ['a', 0, 2], ['c', 0, 3], ['b', 1, 9], ['b', 0, 4])
    const told = await collected(slotsOf(messages, HOMES, 900))
    expect(told.map(({ readings }) => readings.map(({ loadWh }) => loadWh))).to.deep.equal([[1, 4]])
  })
})
