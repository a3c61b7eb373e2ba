import { expect } from 'chai'
import { Windows } from '../../../../agent/protocols/content/windows.ts'

const never = new AbortController().signal

/** Something that ends when a test has it. */
function task() {
  const { promise, resolve } = Promise.withResolvers<void>()
  let hasBegun = false
  const action = () => {
    hasBegun = true
    return promise
  }
  return { action, end: resolve, hasBegun: () => hasBegun }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('Windows', () => {
  it('let so many of a kind happen at a time, in the order in which they came', async () => {
    const windows = new Windows(2)
    const tasks = Array.from({ length: 4 }, task)
    const running = tasks.map(({ action }) => windows.run('a', never, action))
    const other = task()
    const apart = windows.run('b', never, other.action)
    const begun = () => tasks.map(({ hasBegun }) => hasBegun())
    await settled()
    expect(begun()).to.deep.equal([true, true, false, false])
    expect(other.hasBegun()).to.equal(true)
    tasks[1]?.end()
    await settled()
    expect(begun()).to.deep.equal([true, true, true, false])
    for (const { end } of [...tasks, other]) end()
    await Promise.all([...running, apart])
    expect(begun()).to.deep.equal([true, true, true, true])
  })

  it('pass a turn on when something fails, or does not want it any more', async () => {
    const windows = new Windows(1)
    const failing = windows.run('a', never, () => Promise.reject(new Error('failed')))
    const leaving = new AbortController()
    const left = windows.run('a', leaving.signal, async () => 'left')
    const stayed = windows.run('a', never, async () => 'stayed')
    leaving.abort(new Error('enough'))
    expect(await left.catch(({ message }) => message)).to.equal('enough')
    expect(await failing.catch(({ message }) => message)).to.equal('failed')
    expect(await stayed).to.equal('stayed')
    expect(await windows.run('a', never, async () => 'again')).to.equal('again')
  })

  it('lose no turn that is passed to who leaves at that time', async () => {
    const windows = new Windows(1)
    const first = task()
    const running = windows.run('a', never, first.action)
    const leaving = new AbortController()
    const left = windows.run('a', leaving.signal, async () => 'left').catch(() => 'gone')
    const last = windows.run('a', never, async () => 'last')
    await settled()
    first.end()
    await running
    leaving.abort(new Error('enough'))
    expect(await left).to.be.oneOf(['left', 'gone'])
    expect(await last).to.equal('last')
  })
})
