import { expect } from 'chai'
import fc from 'fast-check'
import {
  type ModelOrigin,
  readOrigin,
  signOrigin,
  verifyHistory,
} from '../../../../agent/learning/provenance/index.ts'
import { readStatement, writeStatement } from '../../../../agent/learning/provenance/statement.ts'
import { identityFromKey } from '../../../../agent/network/identity.ts'
import { type Envelope, sealEnvelope } from '../../../../protocol/dsse.ts'
import { MeshError, SignatureError } from '../../../../protocol/errors.ts'
import type { Hex } from '../../../../protocol/types.ts'
import { failure } from '../../../protocol/support/failure.ts'
import { SEED } from '../../../seed.ts'

const [requester, other] = [0x11, 0x22].map((byte) => identityFromKey(new Uint8Array(32).fill(byte))) as [
  ReturnType<typeof identityFromKey>,
  ReturnType<typeof identityFromKey>,
]
const digest = (byte: number): Hex => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`

const first: ModelOrigin = {
  model: digest(1),
  base: undefined,
  updates: [],
  rule: { name: 'he', parameters: { seed: 7 } },
}
const second: ModelOrigin = {
  model: digest(2),
  base: digest(1),
  updates: [
    { content: digest(0xa1), agent: '0x00000000000000000000000000000000000000a1', weight: 1 },
    { content: digest(0xa2), agent: '0x00000000000000000000000000000000000000a2', weight: 0.5 },
  ],
  rule: { name: 'nnm+trimmed-mean', parameters: { clip: 1.5, trim: 2 } },
}
const third: ModelOrigin = { ...second, model: digest(3), base: digest(2) }
const signed = (...origins: ModelOrigin[]) => origins.map((origin) => signOrigin(origin, requester))

describe(`provenance (seed ${SEED})`, () => {
  it('is an in-toto statement in a DSSE envelope', () => {
    const { payloadType, payload } = signOrigin(second, requester)
    expect(payloadType).to.equal('application/vnd.in-toto+json')
    expect(JSON.parse(atob(payload))).to.deep.equal({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'model', digest: { meshContent: '02'.repeat(32) } }],
      predicateType: 'urn:mesh:learning-round:1',
      predicate: {
        base: { digest: { meshContent: '01'.repeat(32) } },
        updates: [
          {
            digest: { meshContent: 'a1'.repeat(32) },
            agent: '0x00000000000000000000000000000000000000a1',
            weight: 1,
          },
          {
            digest: { meshContent: 'a2'.repeat(32) },
            agent: '0x00000000000000000000000000000000000000a2',
            weight: 0.5,
          },
        ],
        rule: { name: 'nnm+trimmed-mean', parameters: { clip: 1.5, trim: 2 } },
      },
    })
  })

  it('is read as it was written, and does not depend on the sequence of parameters', () => {
    for (const origin of [first, second]) {
      expect(readOrigin(signOrigin(origin, requester))).to.deep.equal({
        ...origin,
        signer: requester.address,
      })
    }
    const turned = { ...second, rule: { ...second.rule, parameters: { trim: 2, clip: 1.5 } } }
    expect(writeStatement(turned)).to.equal(writeStatement(second))
  })

  it('is followed back to the first model, in whichever sequence the statements come', () => {
    const history = verifyHistory(signed(third, first, second), { model: third.model })
    expect(history.map(({ model }) => model)).to.deep.equal([1, 2, 3].map(digest))
    expect(history.map(({ signer }) => signer)).to.deep.equal(Array(3).fill(requester.address))
    const trusting = { model: first.model, isTrusted: (signer: string) => signer === requester.address }
    expect(verifyHistory(signed(first), trusting)).to.have.lengthOf(1)
  })

  const broken: Record<string, [envelopes: unknown[], expected: string]> = {
    'of another model': [signed(first, second), 'a statement about'],
    'without a link': [signed(first, third), 'a statement about'],
    'without a beginning': [signed(second, third), 'a statement about'],
    'that runs in a circle': [signed({ ...second, base: third.model }, third), 'circle'],
    'with two statements about a model': [
      signed(first, second, second, third),
      'one statement about each model',
    ],
    'with a statement beside it': [signed(first, second, third, { ...first, model: digest(9) }), 'ancestors'],
    'by somebody else': [[...signed(first, second), signOrigin(third, other)], 'trusted'],
  }
  for (const [what, [envelopes, expected]] of Object.entries(broken)) {
    it(`refuses a history ${what}`, () => {
      const claim = { model: third.model, isTrusted: (signer: string) => signer === requester.address }
      const error = failure(() => verifyHistory(envelopes, claim))
      expect(error).to.include({ code: 'PROVENANCE_INVALID' })
      expect(error?.message).to.contain(expected)
    })
  }

  it('refuses a statement whose signature is of another one', () => {
    const [envelope, foreign] = signed(second, third) as [Envelope, Envelope]
    expect(failure(() => readOrigin({ ...envelope, signatures: foreign.signatures }))).to.be.an.instanceOf(
      SignatureError,
    )
  })

  it('refuses a statement in any other form, even if it is signed', () => {
    const text = writeStatement(second)
    const other: [string, string][] = [
      ['"weight":1}', '"weight":1.0}'],
      ['"name":"model"', '"name":"other"'],
      ['Statement/v1', 'Statement/v0.1'],
      ['learning-round:1', 'learning-round:2'],
      ['"meshContent"', '"sha256"'],
      ['{"base"', '{"more":1,"base"'],
      ['"trim":2', '"trim":2,"trim":2'],
      ['{"_type"', '{ "_type"'],
      ['00a1","weight"', '00A1","weight"'],
      ['"updates":[', '"updates":[null,'],
      ['"predicate":{', '"predicate":null,"x":{'],
    ]
    for (const [from, to] of other) {
      expect(text).to.contain(from)
      const changed = sealEnvelope('application/vnd.in-toto+json', text.replace(from, to), requester)
      expect(
        failure(() => readOrigin(changed)),
        to,
      ).to.include({ code: 'PROVENANCE_INVALID' })
    }
  })

  it('reads any JSON, or refuses it with its error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        expect(failure(() => readStatement(text))).to.be.an.instanceOf(MeshError)
      }),
      { seed: SEED },
    )
    const text = writeStatement(second)
    fc.assert(
      fc.property(
        fc.nat(text.length - 1),
        fc.string({ unit: 'grapheme-ascii', maxLength: 2 }),
        (place, change) => {
          const changed = text.slice(0, place) + change + text.slice(place + 1)
          const error = failure(() => expect(writeStatement(readStatement(changed))).to.equal(changed))
          if (error !== undefined) expect(error.code).to.equal('PROVENANCE_INVALID')
        },
      ),
      { seed: SEED, numRuns: 500 },
    )
  })

  it('is not made of what says nothing', () => {
    const [update] = second.updates
    const wrong: Record<string, ModelOrigin> = {
      'a digest that is too short': { ...first, model: '0x12' },
      'a model made from itself': { ...second, base: second.model },
      'a first model with updates': { ...second, base: undefined },
      'a later one without': { ...second, updates: [] },
      'a weight of 0': { ...second, updates: [{ ...(update as never as object), weight: 0 } as never] },
      'a weight that is no number': {
        ...second,
        updates: [{ ...(update as never as object), weight: Number.NaN } as never],
      },
      'a rule without a name': { ...second, rule: { ...second.rule, name: '' } },
      'a parameter that is infinite': {
        ...second,
        rule: { name: 'a', parameters: { trim: Number.POSITIVE_INFINITY } },
      },
      'too many updates': { ...second, updates: Array(1025).fill(update) },
    }
    for (const [what, origin] of Object.entries(wrong)) {
      expect(
        failure(() => signOrigin(origin, requester)),
        what,
      ).to.include({ code: 'PROVENANCE_INVALID' })
    }
  })
})
