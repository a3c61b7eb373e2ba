import { expect } from 'chai'
import type { AgreementView } from '../../../web/api/views.ts'
import { historyOf, partsOf } from '../../../web/views/agreement/history.ts'

const AT = '2026-01-01T00:00:00.000Z'
const nothing = Object.fromEntries(
  [
    ...['buyer', 'payer', 'seller', 'payout', 'quantity', 'price', 'lot', 'payment', 'openedAt', 'openedTx'],
    ...['claimed', 'deliveredAt', 'disputedAt', 'contested', 'arbitrator', 'endedAt', 'endedTx', 'received'],
    ...['fee', 'refunded', 'slashed', 'traded', 'exposure', 'relayFee', 'deadline', 'intentHash'],
  ].map((name) => [name, null]),
)
const view = (more: Partial<AgreementView>) => ({ ...nothing, ...more }) as AgreementView
const opened = {
  ...{ openedAt: AT, openedTx: '0x01', payment: '1000', quantity: '250', lot: '1000', exposure: '7' },
  ...{ deadline: '1767225600', intentHash: '0x02', payer: '0xbb', payout: '0xcc' },
}
const kinds = (of: Partial<AgreementView>) => historyOf(view(of)).map(({ kind }) => kind)

describe('the history of an agreement', () => {
  it('goes on as long as the agreement does', () => {
    expect(kinds({ ...opened, status: 'open' })).to.deep.equal(['intent', 'opened', 'next'])
    const contested = { ...opened, deliveredAt: AT, disputedAt: AT, contested: '1000' }
    expect(kinds({ ...contested, status: 'disputed' })).to.deep.equal([
      ...['intent', 'opened', 'delivered', 'disputed', 'next'],
    ])
    expect(kinds({ ...contested, status: 'resolved', endedAt: AT })).to.deep.equal([
      ...['intent', 'opened', 'delivered', 'disputed', 'ended'],
    ])
  })

  it('says what was paid, and nothing of what was not', () => {
    const ended = { ...opened, status: 'settled', endedAt: AT, received: '990', fee: '10' } as const
    const last = historyOf(view({ ...ended, refunded: '0', slashed: '0', traded: '250' })).at(-1)
    expect(last?.details).to.deep.equal([
      '250 Wh were delivered and paid for.',
      '0.000990 $ went to the seller.',
      '0.000010 $ were the protocol’s fee.',
    ])
  })

  it('knows a spot trade, and what was revoked before it began', () => {
    expect(historyOf(view({ status: 'settled', endedAt: AT })).map(({ title }) => title)).to.deep.equal([
      'Traded and settled at once',
    ])
    expect(historyOf(view({ status: 'revoked', endedAt: AT })).map(({ title }) => title)).to.deep.equal([
      'Revoked before it was opened',
    ])
  })

  it('shares the payment out, and holds the rest in escrow', () => {
    const shared = (of: Partial<AgreementView>) => partsOf(view(of)).map(({ kind, share }) => [kind, share])
    expect(shared({ ...opened, status: 'open' })).to.deep.equal([['held', 1]])
    expect(shared({ ...opened, received: '490', fee: '10' })).to.deep.equal([
      ['seller', 0.49],
      ['fee', 0.01],
      ['held', 0.5],
    ])
    expect(shared({ ...opened, endedAt: AT, refunded: '1000' })).to.deep.equal([['refund', 1]])
    expect(shared({ status: 'settled', endedAt: AT, received: '99', fee: '1' })).to.deep.equal([
      ['seller', 0.99],
      ['fee', 0.01],
    ])
    expect(shared({ status: 'revoked', endedAt: AT })).to.deep.equal([])
  })
})
