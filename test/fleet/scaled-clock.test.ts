import { expect } from 'chai'
import { ScaledClock } from '../../fleet/scaled-clock.ts'

const { signal } = new AbortController()

describe('ScaledClock', () => {
  it('stands still until it is started, and runs so many times as fast from then on', async () => {
    const clock = new ScaledClock(1_000, 100)
    expect(clock.now()).to.equal(1_000)
    const before = performance.now()
    clock.start()
    await clock.until(1_010, signal)
    expect(clock.now()).to.be.at.least(1_010)
    expect(performance.now() - before).to.be.at.least(99)
    expect(clock.real(1_010)).to.equal(11)
  })

  it('stands still while something is done, also while two things are', async () => {
    const clock = new ScaledClock(0, 1_000)
    clock.start()
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()]
    const holds = [clock.hold(first.promise), clock.hold(second.promise)]
    const stopped = clock.now()
    first.resolve('done')
    expect(await holds[0]).to.equal('done')
    const waiting = clock.until(stopped + 20, signal)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(clock.now()).to.equal(stopped)
    expect(clock.held).to.be.at.least(0.05)
    second.resolve()
    await waiting
    expect(clock.now()).to.be.at.least(stopped + 20)
  })

  it('runs on when what it stood still for has failed', async () => {
    const clock = new ScaledClock(0, 1_000)
    clock.start()
    const failure = await clock.hold(Promise.reject(new Error('no'))).catch((error: Error) => error.message)
    expect(failure).to.equal('no')
    const before = clock.now()
    await clock.until(before + 5, signal)
  })

  it('waits no longer than the signal lets it', async () => {
    const abort = new AbortController()
    const waiting = new ScaledClock(0, 1).until(1_000, abort.signal)
    abort.abort()
    const error = await waiting.catch((reason: Error) => reason)
    expect((error as Error).name).to.equal('AbortError')
  })
})
