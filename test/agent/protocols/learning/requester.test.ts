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
    await new Requester(components).act(momentOf('attest', 201n, { participants }))
    expect(sent[0]?.name).to.equal('openEvaluation')
    expect(sent.slice(1).map(({ name }) => name)).to.deep.equal(Array(63).fill('onParticipant'))
  })
})
