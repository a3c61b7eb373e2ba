import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { Pace } from '../../fleet/pace.ts'
import { ScaledClock } from '../../fleet/scaled-clock.ts'

describe('Pace', function () {
  this.timeout(60_000)

  it('has the clock stand still while the process is kept from its timers, and run on afterwards', async () => {
    const clock = new ScaledClock(0, 1)
    clock.start()
    using _ = new Pace(clock)
    const begin = performance.now()
    while (clock.held === 0) {
      const until = performance.now() + 200
      while (performance.now() < until);
      await delay(1)
      expect(performance.now() - begin).to.be.below(30_000)
    }
    await clock.until(clock.now() + 0.1, new AbortController().signal)
  })
})
