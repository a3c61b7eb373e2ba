import { expect } from 'chai'
import fc from 'fast-check'
import { EnergyRegister, SampleError } from '../../../community/meters/energy-register.ts'

const SLOT = 900

/** Slots that come of samples, each a time and a number. */
function slotsOf(register: EnergyRegister, samples: readonly (readonly [number, number])[]) {
  return samples.flatMap(([time, value]) => register.add(time, value))
}

describe('energy of slots, from the samples of a meter', () => {
  it('is what a register counts between their ends, on the line between the samples around them', () => {
    const samples = [
      [800, 10],
      [1000, 10.2],
      [1700, 10.9],
      [1900, 11.1],
    ] as const
    expect(slotsOf(new EnergyRegister('kWh', SLOT), samples)).to.deep.equal([{ start: 900, wh: 900 }])
  })

  it('is the power of each sample until the next one', () => {
    // 2 kW for 450 s, nothing for 225, 1 kW for 225.
    const minutes = (from: number, to: number, watts: number) =>
      Array.from({ length: (to - from) / 75 }, (_, index) => [from + index * 75, watts] as const)
    const samples = [...minutes(900, 1350, 2000), ...minutes(1350, 1575, 0), ...minutes(1575, 1875, 1000)]
    expect(slotsOf(new EnergyRegister('W', SLOT), samples)).to.deep.equal([{ start: 900, wh: 312 }])
  })

  it('adds up over slots to what was counted, to the Wh', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ after: fc.integer({ min: 1, max: 299 }), more: fc.integer({ min: 0, max: 500 }) }),
          {
            minLength: 1,
            maxLength: 60,
          },
        ),
        (steps) => {
          let [time, counted] = [SLOT, 5_000]
          const samples: [number, number][] = [[time, counted]]
          for (const { after, more } of steps) {
            time += after
            counted += more
            samples.push([time, counted])
          }
          const slots = slotsOf(new EnergyRegister('Wh', SLOT), samples)
          expect(slots.map(({ start }) => start)).to.deep.equal(slots.map((_, index) => SLOT * (index + 1)))
          const sum = slots.reduce((all, { wh }) => all + wh, 0)
          const end = SLOT * (slots.length + 1)
          const before = samples.findLast(([at]) => at <= end)?.[1] ?? 0
          const after = samples.find(([at]) => at >= end)?.[1] ?? before
          expect(sum).to.be.within(before - 5_000 - 1, after - 5_000)
        },
      ),
    )
  })

  it('is not known of the slot that it began in, nor where too long nothing was told', () => {
    const register = new EnergyRegister('Wh', SLOT)
    expect(
      slotsOf(register, [
        [1000, 0],
        [1750, 10],
        [1850, 20],
      ]),
    ).to.deep.equal([])
    expect(
      slotsOf(register, [
        [2650, 30],
        [2750, 40],
      ]),
    ).to.deep.equal([{ start: 1800, wh: 20 }])
    expect(
      slotsOf(register, [
        [4000, 50],
        [4500, 60],
      ]),
    ).to.deep.equal([])
    const power = new EnergyRegister('kW', SLOT)
    expect(
      slotsOf(power, [
        [900, 1],
        [1201, 1],
        [1500, 1],
        [1800, 1],
      ]),
    ).to.deep.equal([])
  })

  it('is not known of a slot in which a register began anew', () => {
    const register = new EnergyRegister('Wh', SLOT)
    const samples = [
      [900, 100],
      [1500, 200],
      [1700, 3],
      [2000, 10],
      [2600, 30],
      [2800, 50],
    ] as const
    expect(slotsOf(register, samples)).to.deep.equal([{ start: 1800, wh: 35 }])
  })

  it('is not told by what can be none, which changes nothing', () => {
    const register = new EnergyRegister('Wh', SLOT)
    register.add(900, 10)
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e13]) {
      expect(() => register.add(1000, bad)).to.throw(SampleError)
    }
    expect(
      slotsOf(register, [
        [899, 99],
        [1800, 20],
      ]),
    ).to.deep.equal([{ start: 900, wh: 10 }])
  })
})
