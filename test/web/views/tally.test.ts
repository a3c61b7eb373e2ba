import { expect } from 'chai'
import type { ProposalView } from '../../../web/api/views.ts'
import {
  carries,
  headed,
  ruleName,
  ruleTexts,
  sidesOf,
  votesText,
} from '../../../web/views/governance/tally.ts'

const cast = (votesFor: bigint, votesAgainst: bigint, votesAbstain: bigint) =>
  ({
    votesFor: String(votesFor),
    votesAgainst: String(votesAgainst),
    votesAbstain: String(votesAbstain),
  }) as ProposalView

describe('the tally of a vote', () => {
  it('shares votes out, also when there are none, and more than a number can hold', () => {
    expect(sidesOf(cast(0n, 0n, 0n)).map(({ share }) => share)).to.deep.equal([0, 0, 0])
    const large = 10n ** 40n
    expect(sidesOf(cast(3n * large, large, 0n)).map(({ name, share }) => [name, share])).to.deep.equal([
      ['for', 0.75],
      ['against', 0.25],
      ['abstain', 0],
    ])
  })

  it('counts those who abstain for the quorum, and not for the majority', () => {
    expect(carries(cast(2n, 1n, 0n), 3n)).to.equal('no quorum')
    expect(carries(cast(2n, 1n, 1n), 3n)).to.equal('carries')
    expect(carries(cast(1n, 2n, 9n), 3n)).to.equal('no majority')
    expect(carries(cast(2n, 2n, 0n), 2n)).to.equal('no majority')
  })

  it('shows whole votes', () => {
    expect(votesText(1_500n * 10n ** 18n)).to.equal('1,500')
    expect(votesText(1n)).to.equal('less than 1')
    expect(votesText(0n)).to.equal('0')
  })

  it('takes the first line for the title, and keeps what of it was cut', () => {
    expect(headed('# Ask less\n\nbecause')).to.deep.equal({ title: 'Ask less', text: 'because' })
    expect(headed('')).to.deep.equal({ title: 'A proposal without words', text: '' })
    const { title, text } = headed('x'.repeat(300))
    expect([title.length, text]).to.deep.equal([111, 'x'.repeat(300)])
    expect(headed(null).title).to.match(/too long/)
  })

  it('puts rules into words with their units', () => {
    const admission = { kind: 'admission', value: { minStake: '1000000', minReputation: 1_000 } } as const
    expect(ruleTexts(admission)).to.deep.equal(['a stake of 1.00 $', 'a reputation of 0.10'])
    expect(ruleTexts({ kind: 'spam', value: { maxIntentLife: 86_400, new: 3 } })).to.deep.equal([
      'intents live at most 1 d',
      'new: 3',
    ])
    expect(ruleTexts({ kind: 'contract', value: { sunset: null, current: false } })).to.deep.equal([
      'superseded',
    ])
    expect(ruleName({ kind: 'protocol', name: '6 F6\ufffd\ufffdW' })).to.equal('one that is named by a hash')
  })
})
