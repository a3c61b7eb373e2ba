import { expect } from 'chai'
import { Requester } from '../../../../agent/protocols/learning/requester.ts'
import { exchangeOf, momentOf, OTHER, participantOf, partsOf, SET_ROOT } from './support/round.ts'

const revealed = participantOf(OTHER, { updateRoot: SET_ROOT, contentId: SET_ROOT })
const silent = participantOf(OTHER)

describe('a requester', () => {
  it('opens the hidden set before it takes the stakes of who never revealed, however many these are', async () => {
    const { components, sent } = partsOf({ content: exchangeOf({}) })
    components.record.hidden = { setRoot: SET_ROOT, salt: SET_ROOT, canary: undefined }
    const participants = [revealed, ...Array.from({ length: 63 }, () => silent)]
    await new Requester(components).act(momentOf('attest', 201n, { isOpened: true, participants }))
    expect(sent[0]?.name).to.equal('openEvaluation')
    expect(sent.slice(1).map(({ name }) => name)).to.deep.equal(Array(63).fill('onParticipant'))
  })

  it('waits for a task that may be opened still, does nothing in it, and is done when it cannot be any more', async () => {
    const { components, sent } = partsOf({ content: exchangeOf({}) })
    const requester = new Requester(components)
    expect(requester.isDone(momentOf('commit', 50n, {}))).to.equal(false)
    const never = momentOf('over', 501n, {})
    await requester.act(never)
    expect(sent).to.deep.equal([])
    expect(requester.isDone(never)).to.equal(true)
    expect(requester.isDone(momentOf('over', 501n, { isOpened: true }))).to.equal(false)
  })
})
