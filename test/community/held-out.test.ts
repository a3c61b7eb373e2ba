import { expect } from 'chai'
import { heldOutFrom } from '../../community/held-out.ts'
import { ConfigError } from '../../protocol/errors.ts'

describe('held-out days', () => {
  const slots = (days: number, minutes = 15) =>
    Array.from({ length: (days * 1440) / minutes }, (_, index) => ({
      start: index * minutes * 60,
      end: (index + 1) * minutes * 60,
    }))

  it('are the last third of the whole days, or so many', () => {
    expect(heldOutFrom(slots(21))).to.equal(14 * 96)
    expect(heldOutFrom(slots(21, 60))).to.equal(14 * 24)
    expect(heldOutFrom(slots(10))).to.equal(7 * 96)
    expect(heldOutFrom(slots(21), 2)).to.equal(19 * 96)
  })

  it('leave six days to learn from', () => {
    expect(heldOutFrom(slots(8))).to.equal(6 * 96)
    expect(() => heldOutFrom(slots(6))).to.throw(ConfigError, '6 days before')
    expect(() => heldOutFrom([])).to.throw(ConfigError, '0.0 days')
    expect(() => heldOutFrom(slots(21), 16))
      .to.throw(ConfigError, '5.0 days')
      .with.property('code', 'DAYS_MISSING')
    expect(() => heldOutFrom(slots(21), 30)).to.throw(ConfigError, '0.0 days')
  })
})
