import { expect } from 'chai'
import { MAX_ASKED, PATIENCE } from '../../../../agent/protocols/content/constants.ts'
import { Parts } from '../../../../agent/protocols/content/parts.ts'

describe('Parts of a content', () => {
  const clock = () => {
    const now = { at: 0 }
    return { now, read: () => now.at }
  }

  it('are asked for in their order, each of one source', () => {
    const parts = new Parts<string>([3, 5, 7])
    expect([parts.take('a'), parts.take('b'), parts.take('a'), parts.take('b')]).to.deep.equal([
      3,
      5,
      7,
      undefined,
    ])
    expect(parts.isDone).to.equal(false)
    for (const part of [3, 5, 7]) parts.done(part)
    expect(parts.isDone).to.equal(true)
  })

  it('are asked for again, last, where a source has failed', () => {
    const parts = new Parts<string>([1, 2])
    expect(parts.take('a')).to.equal(1)
    parts.failed(1, 'a')
    expect([parts.take('a'), parts.take('a'), parts.take('a')]).to.deep.equal([2, 1, undefined])
  })

  it('are asked for elsewhere when they do not come, and count as failed when all have', () => {
    const { now, read } = clock()
    const parts = new Parts<string>([1], read)
    expect(parts.take('a')).to.equal(1)
    now.at = PATIENCE - 1
    expect(parts.take('b')).to.equal(undefined)
    now.at = PATIENCE
    expect(parts.take('a')).to.equal(undefined)
    expect(parts.take('b')).to.equal(1)
    // Its turn begins anew with each.
    expect(parts.take('c')).to.equal(undefined)
    parts.failed(1, 'b')
    // It has waited once.
    expect(parts.take('a')).to.equal(undefined)
    expect(parts.take('c')).to.equal(1)
    parts.failed(1, 'a')
    parts.failed(1, 'c')
    expect(parts.take('b')).to.equal(1)
  })

  it('that have come are not missed by who was slower', () => {
    const parts = new Parts<string>([1])
    parts.take('a')
    parts.done(1)
    parts.failed(1, 'a')
    expect(parts.isDone).to.equal(true)
    expect(parts.take('a')).to.equal(undefined)
  })

  it('are waited for a few at a time', () => {
    const parts = new Parts<string>(Array.from({ length: 2 * MAX_ASKED }, (_, part) => part))
    for (let count = 0; count < MAX_ASKED; count++) expect(parts.take('a')).to.equal(count)
    expect(parts.take('a')).to.equal(undefined)
    parts.done(0)
    expect(parts.take('a')).to.equal(MAX_ASKED)
  })
})
