import { expect } from 'chai'
import { guarded } from '../../../agent/platform/guarded.ts'

describe('a listener', () => {
  it('is at fault by itself, when it throws at once or later', async () => {
    const reports: unknown[] = []
    const [now, later] = [new Error('at once'), new Error('later')]
    const heard = Promise.withResolvers<void>()
    const report = (error: unknown) => {
      reports.push(error)
      if (error === later) heard.resolve()
    }
    guarded<number>(() => {
      throw now
    }, report)(1)
    guarded<number>(async () => {
      throw later
    }, report)(1)
    await heard.promise
    expect(reports).to.deep.equal([now, later])
  })
})
