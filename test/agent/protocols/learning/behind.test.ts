import { expect } from 'chai'
import { zeroHash } from 'viem'
import { Evaluator } from '../../../../agent/protocols/learning/evaluator.ts'
import { Participant } from '../../../../agent/protocols/learning/participant.ts'
import type { Hex } from '../../../../protocol/types.ts'
import { AGENT, exchangeOf, momentOf, OTHER, participantOf, partsOf } from './support/round.ts'

const HASH: Hex = `0x${'5a'.repeat(32)}`
const DOMAIN = { name: 'test', version: '1', chainId: 1n, verifyingContract: OTHER, salt: zeroHash } as const

function participant(update?: { updateRoot: Hex; contentId: Hex; salt: Hex }) {
  const { components } = partsOf({ content: exchangeOf({}) })
  if (update !== undefined) components.record.update = update
  return new Participant({ ...components, trainer: () => undefined, domain: DOMAIN as never })
}

describe('an agent of a round whose node is behind', () => {
  it('does not forget the update that it committed to last of all: its stake hangs on it', () => {
    const update = { updateRoot: HASH, contentId: HASH, salt: HASH }
    expect(participant(update).isDone(momentOf('reveal', 101n, {}))).to.equal(false)
    expect(participant(update).isDone(momentOf('attest', 201n, {}))).to.equal(true)
    expect(participant().isDone(momentOf('reveal', 101n, {}))).to.equal(true)
  })

  it('does not forget what it revealed last of all: its reward hangs on it', () => {
    const unseen = { participants: [participantOf(AGENT)] }
    expect(participant().isDone(momentOf('attest', 201n, unseen))).to.equal(false)
    expect(participant().isDone(momentOf('over', 501n, unseen))).to.equal(true)
    const slashed = { participants: [{ ...participantOf(AGENT), isSlashed: true }] }
    expect(participant().isDone(momentOf('attest', 201n, slashed))).to.equal(true)
  })

  it('does not forget that it enlisted last of all: it may be drawn', () => {
    const { components } = partsOf({ content: exchangeOf({}) })
    const evaluator = new Evaluator({ ...components, domain: DOMAIN as never })
    expect(evaluator.isDone(momentOf('attest', 201n, {}))).to.equal(false)
    expect(evaluator.isDone(momentOf('score', 301n, {}))).to.equal(true)
  })

  it('attests once more what the chain has lost again', async () => {
    const { components, sent } = partsOf({ content: exchangeOf({}) })
    const evaluator = new Evaluator({ ...components, domain: DOMAIN as never })
    const seat = { lot: 0, hasCommitted: false, hasRevealed: false, isClosed: false, isClaimed: false }
    const act = (hasAttested: boolean) =>
      evaluator.act(
        momentOf('attest', 290n, {
          lots: [{ agentId: 9n, evaluator: AGENT, owner: AGENT, isReleased: false }],
          seats: [{ ...seat, hasAttested }],
        }),
      )
    await act(false)
    await act(true)
    expect(sent).to.have.length(1)
    await act(false)
    expect(sent).to.have.length(2)
  })
})
