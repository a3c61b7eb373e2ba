import { expect } from 'chai'
import fc from 'fast-check'
import {
  answering,
  type Conversation,
  type Event,
  opening,
  type Role,
  resuming,
  type Tabled,
} from '../../../agent/protocols/negotiation/machine/conversation.ts'
import { step } from '../../../agent/protocols/negotiation/machine/step.ts'
import { MAX_ROUNDS } from '../../../protocol/limits.ts'
import type { Hex } from '../../../protocol/types.ts'

const OWN: Hex = '0x01'
const THEIRS: Hex = '0x02'

/** A conversation after some events, and the effects of the last. */
function run(start: Conversation, ...events: Event[]) {
  let reached = { state: start, effects: [] as readonly unknown[] }
  for (const event of events) reached = step(reached.state, event)
  return reached
}

const tabled = (id: Hex, round: number, price: bigint): Tabled => ({ id, round, price })
const proposed = (round: number, price: bigint) =>
  ({ type: 'proposed', offer: tabled(THEIRS, round, price) }) as const
const counter = (price: bigint) =>
  ({ type: 'decided', decision: { type: 'counter', proposal: { quantity: 1n, price } } }) as const
const accept = { type: 'decided', decision: { type: 'accept' } } as const

/** A side that has offered at a price, and waits for the answer. */
const waiting = (role: Role, price: bigint, limit?: bigint) =>
  run(opening(role, limit), { type: 'signed', own: tabled(OWN, 1, price) }).state

describe('the machine of a negotiation', () => {
  describe('lets prices', () => {
    const cases: [string, Role, bigint, bigint, bigint, string | undefined][] = [
      ['come nearer', 'seller', 30n, 10n, 20n, undefined],
      ['meet', 'seller', 30n, 10n, 10n, undefined],
      ['stay', 'seller', 30n, 10n, 30n, undefined],
      ['go back', 'seller', 30n, 10n, 31n, 'CONCESSION_REVERSED'],
      ['pass the bid', 'seller', 30n, 10n, 9n, 'CONCESSION_TOO_FAR'],
      ['come nearer', 'buyer', 10n, 30n, 20n, undefined],
      ['go back', 'buyer', 10n, 30n, 9n, 'CONCESSION_REVERSED'],
      ['pass the ask', 'buyer', 10n, 30n, 31n, 'CONCESSION_TOO_FAR'],
    ]
    for (const [what, role, own, theirs, next, fault] of cases) {
      it(`${what}, of a ${role}: ${fault ?? 'yes'}`, () => {
        const { state, effects } = run(waiting(role, own), proposed(2, theirs), counter(next))
        if (fault === undefined) expect(state.phase.type).to.equal('signing')
        else expect(effects).to.deep.include.members([declineOf(2, theirs, 'price', '', fault)])
      })
    }

    it('of the other side neither go back nor pass', () => {
      const seller = waiting('seller', 30n)
      const bargained = run(seller, proposed(2, 10n), counter(25n), {
        type: 'signed',
        own: tabled('0x03', 3, 25n),
      }).state
      expect(run(bargained, proposed(4, 9n)).effects).to.deep.equal([
        declineOf(4, 9n, 'invalid', 'CONCESSION_REVERSED'),
      ])
      expect(run(bargained, proposed(4, 26n)).effects).to.deep.equal([
        declineOf(4, 26n, 'invalid', 'CONCESSION_TOO_FAR'),
      ])
      expect(run(bargained, proposed(4, 25n)).state.phase.type).to.equal('deciding')
    })

    it('be no further than the own limit, offered or accepted', () => {
      const seller = waiting('seller', 30n, 20n)
      expect(run(seller, proposed(2, 10n), counter(19n)).effects).to.deep.equal([
        declineOf(2, 10n, 'price', '', 'PRICE_LIMIT'),
      ])
      expect(run(seller, proposed(2, 19n), accept).effects).to.deep.equal([
        declineOf(2, 19n, 'price', '', 'PRICE_LIMIT'),
      ])
      expect(run(seller, proposed(2, 20n), accept).state.phase.type).to.equal('committing')
    })
  })

  it(`makes no more than ${MAX_ROUNDS} offers`, () => {
    const last = run(answering('buyer'), proposed(MAX_ROUNDS, 30n)).state
    expect(run(last, counter(10n)).effects).to.deep.equal([
      declineOf(MAX_ROUNDS, 30n, 'price', '', 'ROUNDS_EXCEEDED'),
    ])
    expect(run(last, accept).state.phase.type).to.equal('committing')
    expect(run(answering('buyer'), proposed(MAX_ROUNDS + 1, 30n)).effects).to.deep.equal([
      declineOf(MAX_ROUNDS + 1, 30n, 'invalid', 'ROUNDS_EXCEEDED'),
    ])
  })

  it('goes on with an offer of an earlier process until it is answered, opened or void', () => {
    const resumed = resuming('seller', tabled(OWN, 3, 30n))
    const outcomes = (
      [
        { type: 'opened', id: OWN },
        { type: 'voided', id: OWN },
        { type: 'declined', subject: OWN, reason: 'withdrawn', detail: '' },
      ] as const
    ).map((event) => run(resumed, { type: 'withdraw' }, event).state.phase)
    expect(outcomes).to.deep.equal([
      { type: 'ended', outcome: { type: 'agreed', id: OWN } },
      { type: 'ended', outcome: { type: 'declined', reason: 'failed', detail: 'no answer' } },
      { type: 'ended', outcome: { type: 'declined', reason: 'withdrawn', detail: '' } },
    ])
  })

  it('is not moved by what comes after its end', () => {
    const ended = run(waiting('buyer', 10n), {
      type: 'declined',
      subject: OWN,
      reason: 'filled',
      detail: '',
    }).state
    expect(ended.phase.type).to.equal('ended')
    for (const event of events) expect(step(ended, event)).to.deep.equal({ state: ended, effects: [] })
  })

  it('takes any events in any order, and does the same for the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Conversation>(answering('buyer'), opening('seller'), waiting('buyer', 10n)),
        fc.array(fc.constantFrom(...events), { maxLength: 12 }),
        (start, sequence) => {
          const frozen = structuredClone(start)
          expect(run(start, ...sequence)).to.deep.equal(run(start, ...sequence))
          expect(start, 'it is not changed').to.deep.equal(frozen)
        },
      ),
    )
  })
})

const events: readonly Event[] = [
  proposed(2, 30n),
  { ...proposed(2, 30n), fault: 'OFFER_REPLAYED' },
  { type: 'accepted', id: OWN },
  { type: 'declined', subject: OWN, reason: 'price', detail: '' },
  { type: 'declined', subject: THEIRS, reason: 'replayed', detail: '' },
  { type: 'withdrawn', id: THEIRS },
  { type: 'garbled' },
  { type: 'lost' },
  accept,
  counter(12n),
  { type: 'signed', own: tabled(OWN, 1, 10n) },
  { type: 'committed' },
  { type: 'booked' },
  { type: 'failed' },
  { type: 'withdraw' },
  { type: 'opened', id: OWN },
  { type: 'voided', id: OWN },
]

function declineOf(round: number, price: bigint, reason: string, detail: string, fault?: string) {
  const effect = { type: 'decline', theirs: tabled(THEIRS, round, price), reason, detail }
  return fault === undefined ? effect : { ...effect, fault }
}
