import { expect } from 'chai'
import fc from 'fast-check'
import { open } from '../../../agent/chain/actions/intent-escrow.ts'
import { decodeFrame, encodeFrame } from '../../../protocol/wire/frames.ts'
import * as arbitrary from '../../protocol/support/arbitraries.ts'

describe('opening an agreement', () => {
  it('has room on chain for every offer that the wire has room for', () => {
    fc.assert(
      fc.property(arbitrary.messages.proposal, arbitrary.funding, (proposal, funding) => {
        const message = { ...proposal, offer: { ...proposal.offer, funding } }
        const received = decodeFrame(encodeFrame({ id: 1n, replyTo: 0n, message })).message
        if (received.type !== 'proposal') throw new Error('not what was sent')
        const { agreement, signature } = received.offer
        const signatures = { buyer: signature, seller: signature }
        expect(() => open(agreement.token, agreement, signatures, received.offer.funding)).not.to.throw()
      }),
    )
  })
})
