import { expect } from 'chai'
import type { ModelView } from '../../../web/api/views.ts'
import { lineage, progressOf, updateText } from '../../../web/views/learning/phases.ts'

const model = (root: string, baseModel: string, round = root) => ({ root, baseModel, round }) as ModelView
const told = (models: ModelView[]) =>
  lineage(models).map(({ model: { root }, generation }) => [root, generation])

describe('rounds of learning as they are shown', () => {
  it('are at one phase, over, or nowhere', () => {
    expect(progressOf('commit')).to.deep.equal(['now', 'ahead', 'ahead', 'ahead', 'ahead'])
    expect(progressOf('score')).to.deep.equal(['done', 'done', 'done', 'now', 'ahead'])
    expect(new Set(progressOf('settled'))).to.deep.equal(new Set(['done']))
    expect(new Set(progressOf('over'))).to.deep.equal(new Set(['done']))
    expect(new Set(progressOf('cancelled'))).to.deep.equal(new Set(['never']))
  })

  it('tell copies from updates, and from what nobody knows yet', () => {
    expect(updateText({ status: 'revealed', original: false })).to.equal('a copy of another')
    expect(updateText({ status: 'revealed', original: true })).to.equal('revealed')
    expect(updateText({ status: 'committed', original: null })).to.equal('sealed')
    expect(updateText({ status: 'slashed', original: null })).to.equal('lost its stake')
  })
})

describe('the lineage of models', () => {
  it('puts each behind the one that it improves, whatever their order', () => {
    const models = [model('c', 'b'), model('x', '0'), model('b', 'a'), model('a', '0'), model('d', 'a')]
    expect(told(models)).to.deep.equal([
      ['x', 0],
      ['a', 0],
      ['b', 1],
      ['c', 2],
      ['d', 1],
    ])
  })

  it('tells each once, also where models improve one another or themselves', () => {
    expect(told([model('a', 'b'), model('b', 'a')])).to.deep.equal([
      ['a', 0],
      ['b', 1],
    ])
    expect(told([model('a', 'a')])).to.deep.equal([['a', 0]])
    expect(told([model('a', '0', 'one'), model('a', '0', 'two')])).to.have.length(2)
  })
})
