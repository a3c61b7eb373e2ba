import { EventEmitter } from 'node:events'
import { expect } from 'chai'
import { iterate } from '../../agent/iterate.ts'

function source() {
  const events = new EventEmitter<{ value: [number] }>()
  return {
    say: (value: number) => events.emit('value', value),
    listeners: () => events.listenerCount('value'),
    subscribe(fn: (value: number) => void) {
      events.on('value', fn)
      return () => void events.off('value', fn)
    },
  }
}

describe('iterate', () => {
  it('gives each value in its sequence, those that came while the loop was busy included', async () => {
    const { say, subscribe } = source()
    const values = iterate(subscribe)
    const first = values.next()
    for (const value of [0, 1, 2]) say(value)
    expect((await first).value).to.equal(0)
    say(3)
    expect([
      (await values.next()).value,
      (await values.next()).value,
      (await values.next()).value,
    ]).to.deep.equal([1, 2, 3])
  })

  it('ends the subscription when the loop is left', async () => {
    const { say, subscribe, listeners } = source()
    setImmediate(() => say(0))
    for await (const _ of iterate(subscribe)) {
      expect(listeners()).to.equal(1)
      break
    }
    expect(listeners()).to.equal(0)
  })

  it('ends with what its signal was aborted with, also while it waits', async () => {
    const { subscribe, listeners } = source()
    const controller = new AbortController()
    const next = iterate(subscribe, controller.signal).next()
    controller.abort(new Error('enough'))
    expect(await next.catch((error: Error) => error.message)).to.equal('enough')
    expect(listeners()).to.equal(0)
  })

  it('lets the oldest go when the loop is too slow', async () => {
    const { say, subscribe } = source()
    const values = iterate(subscribe)
    const first = values.next()
    for (let value = 0; value < 1_500; value++) say(value)
    expect((await first).value).to.equal(500)
    expect((await values.next()).value).to.equal(501)
  })
})
