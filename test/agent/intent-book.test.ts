import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_INTENTS } from '../../agent/protocols/intent-discovery/constants.ts'
import { checkIntent, type ReceivedIntent } from '../../agent/protocols/intent-discovery/index.ts'
import { IntentBook } from '../../agent/protocols/intent-discovery/intent-book.ts'
import { DEFAULT_RULES } from '../../protocol/default-parameters.ts'
import { RefusedError } from '../../protocol/errors.ts'
import { CLOCK_SKEW } from '../../protocol/limits.ts'
import type { Address, Intent } from '../../protocol/types.ts'
import { failure } from '../protocol/support/failure.ts'
import { NOW, receivedIntent } from './support/intents.ts'

const { maxIntentLife: MAX_LIFE, maxLiveIntents: MOST } = DEFAULT_RULES.spamRules
const template = receivedIntent()

/** An intent as the book sees it, which takes signatures for verified: `maker` and `slot` tell it from others. */
function intent(maker: number, slot: number, changes: Partial<Intent> = {}): ReceivedIntent {
  const agent: Address = `0x${maker.toString(16).padStart(40, '0')}`
  const start = template.value.start + BigInt(slot) * 900n
  return { ...template, value: { ...template.value, agent, start, end: start + 900n, ...changes } }
}

describe('IntentBook', () => {
  it('keeps the latest intent of an agent for a delivery, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.bigInt({ min: 0n, max: 50n }), { minLength: 1 }), (nonces) => {
        const book = new IntentBook()
        let latest = -1n
        for (const nonce of nonces) {
          const answer = book.add(intent(1, 0, { nonce }), NOW, MOST)
          expect(answer).to.equal(nonce > latest ? 'new' : 'stale')
          if (nonce > latest) latest = nonce
        }
        expect(book.open(NOW).map(({ value }) => value.nonce)).to.deep.equal([latest])
        expect(book.add(intent(1, 0, { nonce: latest }), NOW, MOST), 'the same again').to.equal('stale')
      }),
    )
  })

  it('keeps apart what differs in agent, side, capability, area or delivery interval', () => {
    const book = new IntentBook()
    const { start, end } = template.value
    const different = [
      intent(1, 0),
      intent(2, 0),
      intent(1, 0, { side: 'sell' }),
      intent(1, 0, { capability: 'ride.drive' }),
      intent(1, 0, { area: 'elsewhere' }),
      intent(1, 0, { start: start - 1n }),
      intent(1, 0, { end: end + 1n }),
    ]
    expect(different.map((each) => book.add(each, NOW, MOST))).to.deep.equal(different.map(() => 'new'))
    expect(book.open(NOW)).to.deep.equal(different)
  })

  it('opens what has not expired, its last second included', () => {
    const book = new IntentBook()
    book.add(intent(1, 0, { expiry: NOW }), NOW, MOST)
    book.add(intent(1, 1, { expiry: NOW + 1n }), NOW, MOST)
    expect(book.open(NOW)).to.have.lengthOf(2)
    expect(book.open(NOW + 1n).map(({ value }) => value.expiry)).to.deep.equal([NOW + 1n])
    expect(book.open(NOW + 2n)).to.deep.equal([])
  })

  it(`has room for ${MOST} intents of one agent, and for those of others beside it`, () => {
    const book = new IntentBook()
    for (let slot = 0; slot < MOST; slot++) {
      expect(book.add(intent(1, slot), NOW, MOST)).to.equal('new')
    }
    expect(book.add(intent(1, 1000), NOW, MOST)).to.equal('full')
    expect(book.add(intent(1, 0, { nonce: 2n }), NOW, MOST), 'in place of an earlier one').to.equal('new')
    expect(book.add(intent(2, 0), NOW, MOST)).to.equal('new')
    const later = NOW + 31n
    expect(book.add(intent(1, 1000, { expiry: later }), later, MOST), 'in the room of expired ones').to.equal(
      'new',
    )
    expect(book.open(later)).to.have.lengthOf(1)
  })

  it(`has room for ${MAX_INTENTS} intents in all, and again when some have expired`, () => {
    const book = new IntentBook()
    let added = 0
    for (let maker = 1; added < MAX_INTENTS; maker++) {
      for (let slot = 0; slot < MOST && added < MAX_INTENTS; slot++, added++) {
        const expiry = maker === 1 ? NOW : NOW + 10n
        expect(book.add(intent(maker, slot, { expiry }), NOW, MOST)).to.equal('new')
      }
    }
    expect(book.add(intent(100_000, 0), NOW, MOST)).to.equal('full')
    expect(book.add(intent(100_000, 0), NOW + 1n, MOST)).to.equal('new')
    expect(book.open(NOW + 1n)).to.have.lengthOf(MAX_INTENTS - MOST + 1)
  })

  describe('that is full of long-lived intents', () => {
    const long = NOW + BigInt(MAX_LIFE)
    let book: IntentBook

    /** As many agents as it takes, each with as many intents as it may have; all expire at `long` or just before. */
    beforeEach(() => {
      book = new IntentBook()
      for (let index = 0; index < MAX_INTENTS; index++) {
        const maker = 1 + Math.floor(index / MOST)
        const expiry = long - BigInt(index % 7)
        expect(book.add(intent(maker, index % MOST, { expiry }), NOW, MOST)).to.equal('new')
      }
    })

    const expiries = () => book.open(NOW).map(({ value }) => value.expiry)
    const count = (expiry: bigint) => expiries().filter((each) => each === expiry).length

    it('makes room for short-lived ones, at the expense of those that are open for longest', () => {
      const longest = count(long)
      const honest = Array.from({ length: 100 }, (_, index) => intent(100_000 + index, 0))
      for (const each of honest) expect(book.add(each, NOW, MOST)).to.equal('new')
      expect(book.open(NOW)).to.have.length(MAX_INTENTS).and.to.include.members(honest)
      expect(count(long)).to.equal(longest - honest.length)
      expect(count(long - 1n), 'the others stay').to.equal(count(long - 2n))
    })

    it('keeps the short-lived ones that it has when the flood goes on', () => {
      const honest = intent(100_000, 0)
      book.add(honest, NOW, MOST)
      for (let slot = 0; slot < 100; slot++)
        book.add(intent(200_000 + slot, slot, { expiry: long }), NOW, MOST)
      expect(book.open(NOW)).to.have.length(MAX_INTENTS).and.to.include(honest)
    })

    it('has none that would make room for one that is open for as long itself', () => {
      const before = book.open(NOW)
      expect(book.add(intent(100_000, 0, { expiry: long }), NOW, MOST)).to.equal('full')
      expect(book.open(NOW)).to.deep.equal(before)
    })

    it('loses nothing to an agent that has as many as it may have', () => {
      const before = book.open(NOW)
      expect(book.add(intent(100, MOST), NOW, MOST)).to.equal('full')
      expect(book.open(NOW)).to.deep.equal(before)
    })
  })

  it('does not lose count of an agent whose intents are replaced and expire', () => {
    const book = new IntentBook()
    for (let life = 0n; life < 5n; life++) {
      const now = NOW + life * 10n
      for (let slot = 0; slot < MOST; slot++) {
        for (const nonce of [1n, 2n]) {
          const next = intent(1, slot, { nonce: life * 2n + nonce, expiry: now + 5n })
          expect(book.add(next, now, MOST)).to.equal('new')
        }
      }
      expect(book.add(intent(1, 1000, { expiry: now + 5n }), now, MOST)).to.equal('full')
      book.prune(now + 6n)
      expect(book.open(now)).to.deep.equal([])
    }
  })
})

describe('checkIntent', () => {
  it('accepts an intent at each of its bounds', () => {
    const bounds: Partial<Intent>[] = [
      {},
      { expiry: NOW },
      { expiry: NOW + BigInt(MAX_LIFE + CLOCK_SKEW) },
      { quantity: 1n, lot: 1n, price: 0n },
      { end: template.value.start + 1n },
    ]
    for (const changes of bounds) {
      expect(failure(() => checkIntent({ ...template.value, ...changes }, NOW, MAX_LIFE))).to.equal(undefined)
    }
  })

  it('tells an expired one from one that never was valid: it may have been late on its way', () => {
    const error = failure(() => checkIntent({ ...template.value, expiry: NOW - 1n }, NOW, MAX_LIFE))
    expect(error).to.be.instanceOf(RefusedError)
    expect(error).to.include({
      code: 'INTENT_EXPIRED',
      field: 'intent.expiry',
      expected: `at least ${NOW}`,
      received: NOW - 1n,
    })
  })

  const faults: Partial<Intent>[] = [
    { capability: '' },
    { quantity: 0n },
    { lot: 0n },
    { end: template.value.start },
    { end: template.value.start - 1n },
    { expiry: NOW + BigInt(MAX_LIFE + CLOCK_SKEW) + 1n },
  ]
  for (const fault of faults) {
    const [field = ''] = Object.keys(fault)
    it(`refuses ${field} of ${Object.values(fault).join() || 'nothing'}`, () => {
      const error = failure(() => checkIntent({ ...template.value, ...fault }, NOW, MAX_LIFE))
      expect(error)
        .to.be.instanceOf(RefusedError)
        .that.includes({
          code: 'INTENT_INVALID',
          field: `intent.${field}`,
          received: Object.values(fault)[0],
        })
    })
  }
})
