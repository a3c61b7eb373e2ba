import { expect } from 'chai'
import fc from 'fast-check'
import { RateLimits } from '../../agent/network/rate-limits.ts'

const QUOTA = { perMinute: 60, burst: 4 }

describe('RateLimits', () => {
  let now: number
  let limits: RateLimits

  beforeEach(() => {
    now = 5_000
    limits = new RateLimits(() => now)
  })

  const taken = (times: number, key = 'key', quota = QUOTA) =>
    Array.from({ length: times }, () => limits.take(key, quota)).filter(Boolean).length

  it('let a burst through at once, and then as many as come free', () => {
    expect(taken(10)).to.equal(4)
    now += 999
    expect(taken(1)).to.equal(0)
    now += 1
    expect(taken(10)).to.equal(1)
    now += 60_000
    expect(taken(10), 'no more than a burst, however long the pause').to.equal(4)
  })

  it('count each key by itself', () => {
    expect(taken(10, 'one')).to.equal(4)
    expect(taken(10, 'other')).to.equal(4)
  })

  it('go by the quota that is in force', () => {
    expect(taken(3)).to.equal(3)
    expect(taken(10, 'key', { perMinute: 60, burst: 10 })).to.equal(7)
    now += 1000
    expect(
      taken(10, 'key', { perMinute: 600, burst: 10 }),
      'what was taken counts on, at the new rate',
    ).to.be.below(10)
  })

  it('never let through more than a burst and the rate of the time that has passed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 60_000 }),
        fc.integer({ min: 4, max: 1000 }),
        fc.array(fc.nat({ max: 5_000 }), { maxLength: 200 }),
        (perMinute, burst, pauses) => {
          let time = 0
          const each = new RateLimits(() => time)
          let through = 0
          for (const pause of pauses) {
            time += pause
            if (each.take('key', { perMinute, burst })) through += 1
            expect(through).to.be.at.most(burst + (time * perMinute) / 60_000 + 1e-6)
          }
        },
      ),
    )
  })

  it('remember ten thousand keys, and forget those first that were used longest ago', () => {
    taken(4, 'early')
    for (let i = 0; i < 9_999; i++) taken(1, `key ${i}`)
    expect(taken(1, 'early')).to.equal(0)
    taken(1, 'one more')
    expect(taken(1, 'early')).to.equal(1)
  })
})
