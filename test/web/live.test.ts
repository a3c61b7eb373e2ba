import { expect } from 'chai'
import { once } from '../../web/api/once.ts'
import { withFrame } from '../../web/api/with-frame.ts'

describe('what a page hears', () => {
  it('is told with the next frame, once', async () => {
    let drawn = () => {}
    const told: string[] = []
    const frames = {
      requestAnimationFrame: (callback: () => void) => {
        drawn = callback
        return 1
      },
      cancelAnimationFrame: () => told.push('cancelled'),
    }
    withFrame(() => told.push('told'), frames, 5)
    drawn()
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(told).to.deep.equal(['cancelled', 'told'])
  })

  it('is told though the frame never comes, as on a page that is hidden', async () => {
    const frames = { requestAnimationFrame: () => 1, cancelAnimationFrame: () => {} }
    await new Promise<void>((resolve) => withFrame(resolve, frames, 5))
  })
})

describe('what is asked once', () => {
  it('is asked again after it is to be forgotten, and after it failed', async () => {
    const answers = [1, 2, undefined, 4]
    const known = once(async () => answers.shift() ?? Promise.reject(new Error('nothing answers')))
    expect([await known.get(), await known.get()]).to.deep.equal([1, 1])
    known.forget()
    expect(await known.get()).to.equal(2)
    known.forget()
    expect(await known.get().catch(({ message }) => message)).to.equal('nothing answers')
    expect(await known.get()).to.equal(4)
  })

  it('is not forgotten for an older one that failed', async () => {
    let fail = (_: Error) => {}
    const first = new Promise<number>((_, reject) => {
      fail = reject
    })
    const answers: Promise<number>[] = [first, Promise.resolve(2), Promise.resolve(3)]
    const known = once(() => answers.shift() ?? first)
    const failed = known.get().catch(() => 'failed')
    known.forget()
    expect(await known.get()).to.equal(2)
    fail(new Error('late'))
    expect(await failed).to.equal('failed')
    expect(await known.get()).to.equal(2)
  })
})
