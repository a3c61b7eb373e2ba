import { expect } from 'chai'
import { once } from '../../examples/support/once.ts'
import { temporaryPaths } from '../agent/support/temporary.ts'

describe('something that is done once', () => {
  const path = temporaryPaths()

  it('is done by one of those that ask at a time, and never again, a restart later either', async () => {
    const folder = path('records')
    let count = 0
    const work = async () => `answer ${++count}`
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => once(folder, '0xab', work)))
    const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(new Set(answers)).to.deep.equal(new Set(['answer 1']))
    // All that there is of it is on disk: a process that begins anew finds the same.
    expect(await once(folder, '0xab', work)).to.equal('answer 1')
    expect(await once(folder, '0xcd', work)).to.equal('answer 2')
    expect(count).to.equal(2)
  })

  it('is not tried again when it failed, or the process ended in the midst', async () => {
    const folder = path('records')
    const fault = (doing: Promise<unknown>) => doing.then(String, (error: Error) => error.message)
    const failing = async () => {
      throw new Error('it fails')
    }
    expect(await fault(once(folder, 'job', failing))).to.equal('it fails')
    expect(await fault(once(folder, 'job', async () => 'free'))).to.include('was begun before')
  })

  it('has no name that leads elsewhere', async () => {
    for (const name of ['', '../x', 'a/b', 'a b']) {
      const error = await once(path('records'), name, async () => '').then(String, (reason) => reason)
      expect(error, name).to.be.instanceOf(RangeError)
    }
  })
})
