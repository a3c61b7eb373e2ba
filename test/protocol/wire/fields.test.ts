import {
  create,
  type DescField,
  type DescMessage,
  fromBinary,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf'
import { expect } from 'chai'
import fc from 'fast-check'
import { MAX_LIST_ENTRIES, MAX_STRING_BYTES } from '../../../protocol/limits.ts'
import type { MarketOrder } from '../../../protocol/types.ts'
import { decodeMarketOrder, encodeMarketOrder } from '../../../protocol/wire/bodies.ts'
import type { NegotiationMessage } from '../../../protocol/wire/frames.ts'
import { decodeFrame, encodeFrame } from '../../../protocol/wire/frames.ts'
import { decodeSigned, encodeSigned } from '../../../protocol/wire/gossip.ts'
import { FrameSchema, SignedSchema } from '../../../protocol/wire/mesh_pb.js'
import { draw } from '../../seed.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { bodies } from '../support/bodies.ts'
import { failure } from '../support/failure.ts'
import { concatBytes, LENGTH_DELIMITED, splitFields, tag, varint } from '../support/protobuf.ts'

/** Length of every field of bytes, by the name that errors give it. */
const LENGTHS: Record<string, number> = {
  'intent.agent': 20,
  'intent.nonce': 32,
  'capabilityRecord.agent': 20,
  'capabilityRecord.agentId': 32,
  'terms.previous': 32,
  'agreement.buyer': 20,
  'agreement.payer': 20,
  'agreement.seller': 20,
  'agreement.payout': 20,
  'agreement.token': 20,
  'agreement.staker': 20,
  'agreement.exposure': 12,
  'agreement.intentHash': 32,
  'agreement.termsHash': 32,
  'agreement.nonce': 16,
  'agreement.conditions': 32,
  'conditions.arbitrator': 20,
  'conditions.meter': 20,
  'delivery.agreement': 32,
  'delivery.evidence': 32,
  'knowledgeAnswer.agent': 20,
  'knowledgeAnswer.question': 32,
  'tripPlan.agreement': 32,
  'tripReport.agreement': 32,
  'tripReport.agent': 20,
  'tripReport.previous': 32,
  'order.market': 32,
  'order.account': 20,
  'reading.market': 32,
  'reading.account': 20,
  'reading.meter': 20,
  'withdrawal.agreementId': 32,
  'held.agreementId': 32,
  'proposal.signature': 65,
  'proposal.funding.value': 16,
  'proposal.funding.signature': 65,
  'acceptance.agreementId': 32,
  'acceptance.signature': 65,
  'acceptance.funding.value': 16,
  'acceptance.funding.signature': 65,
  'decline.subject': 32,
  'opened.agreementId': 32,
  'opened.transaction': 32,
  'delivered.signature': 65,
  'released.agreementId': 32,
  'released.evidence': 32,
  'released.signature': 65,
  'settled.agreementId': 32,
  'settled.transaction': 32,
  'signed.signature': 65,
}
/** Fields of bytes whose content is a message with checks of its own. */
const EMBEDDED = new Set([
  'proposal.agreement',
  'proposal.conditions',
  'proposal.terms',
  'delivered.delivery',
  'signed.body',
  'knowledgeAnswer.body',
])

/** A message that can be decoded, and its content to be changed before it is. */
interface Sample {
  /** As errors name it. */
  name: string
  schema: DescMessage
  content: Record<string, unknown>
  decode(): unknown
}

describe('wire: fields', () => {
  const samples = [...bodySamples(), ...frameSamples(), signedSample()]

  it('are all in the table of lengths', () => {
    const names = samples.flatMap(({ name, schema }) =>
      schema.fields.filter(isBytes).map(({ localName }) => `${name}.${localName}`),
    )
    const known = names.filter((name) => !EMBEDDED.has(name))
    expect(known.toSorted()).to.deep.equal(Object.keys(LENGTHS).toSorted())
  })

  for (const { name, schema, content, decode } of samples) {
    for (const { localName } of schema.fields.filter(isBytes)) {
      const field = `${name}.${localName}`
      const length = LENGTHS[field]
      if (length === undefined) continue
      it(`${field} is refused unless it has ${length} bytes`, () => {
        for (const wrong of [0, length - 1, length + 1]) {
          const error = change(content, localName, new Uint8Array(wrong).fill(1), () => failure(decode))
          expect(error).to.include({
            code: 'LENGTH_WRONG',
            field,
            expected: `${length} bytes`,
            received: `${wrong} bytes`,
          })
        }
        const right = new Uint8Array(length).fill(1)
        expect(change(content, localName, right, () => failure(decode))).to.equal(undefined)
      })
    }

    for (const { localName } of schema.fields.filter(isText)) {
      const field = `${name}.${localName}`
      it(`${field} has at most ${MAX_STRING_BYTES} bytes of UTF-8`, () => {
        const fits = ['x'.repeat(MAX_STRING_BYTES), 'é'.repeat(MAX_STRING_BYTES / 2)]
        const exceeds = [`${fits[0]}x`, `${fits[1]}x`]
        for (const text of fits) {
          expect(change(content, localName, text, () => failure(decode))).to.equal(undefined)
        }
        for (const text of exceeds) {
          expect(change(content, localName, text, () => failure(decode))).to.include({
            code: 'TEXT_TOO_LONG',
            field,
            received: `${MAX_STRING_BYTES + 1} bytes`,
          })
        }
      })
    }

    for (const { localName } of schema.fields.filter(isTextList)) {
      const field = `${name}.${localName}`
      it(`${field} has at most ${MAX_LIST_ENTRIES} entries, each of them bounded`, () => {
        const full = Array<string>(MAX_LIST_ENTRIES).fill('x')
        const long = ['', 'x'.repeat(MAX_STRING_BYTES + 1)]
        expect(change(content, localName, full, () => failure(decode))).to.equal(undefined)
        expect(change(content, localName, [...full, ''], () => failure(decode))).to.include({
          code: 'LIST_TOO_LONG',
          field,
          received: MAX_LIST_ENTRIES + 1,
        })
        expect(change(content, localName, long, () => failure(decode))).to.include({
          code: 'TEXT_TOO_LONG',
          field: `${field}[1]`,
        })
      })
    }
  }

  const step = { price: -1n, quantity: 1n }
  const order: MarketOrder = {
    market: `0x${'01'.repeat(32)}`,
    slot: 1n,
    account: `0x${'02'.repeat(20)}`,
    side: 'buy',
    tariff: 2n ** 48n - 1n,
    steps: Array(8).fill(step),
  }

  it('order.tariff is refused above 48 bits, and order.steps above eight', () => {
    const refusal = (change: Partial<MarketOrder>) =>
      failure(() => decodeMarketOrder(encodeMarketOrder({ ...order, ...change })))
    expect(refusal({})).to.equal(undefined)
    expect(refusal({ tariff: 2n ** 48n })).to.include({ code: 'VALUE_TOO_LARGE', field: 'order.tariff' })
    const steps = Array(9).fill(step)
    expect(refusal({ steps })).to.include({ code: 'LIST_TOO_LONG', field: 'order.steps', received: 9 })
  })

  const outOfRange: Record<string, [value: number, code: string]> = {
    'intent.side': [2, 'VALUE_UNKNOWN'],
    'order.side': [2, 'VALUE_UNKNOWN'],
    'agreement.feeBps': [65_536, 'VALUE_TOO_LARGE'],
    'agreement.penaltyBps': [65_536, 'VALUE_TOO_LARGE'],
    'conditions.lateBps': [65_536, 'VALUE_TOO_LARGE'],
    'conditions.splitBps': [65_536, 'VALUE_TOO_LARGE'],
    'proposal.funding.kind': [3, 'VALUE_UNKNOWN'],
    'acceptance.funding.kind': [3, 'VALUE_UNKNOWN'],
  }
  for (const [field, [value, code]] of Object.entries(outOfRange)) {
    it(`${field} is refused at ${value} and at the largest number that fits the wire`, () => {
      const sample = samples.find(({ name }) => field.slice(0, field.lastIndexOf('.')) === name)
      if (sample === undefined) throw new Error(`no sample for ${field}`)
      const localName = field.slice(field.lastIndexOf('.') + 1)
      for (const wrong of [value, 2 ** 32 - 1]) {
        const error = change(sample.content, localName, wrong, () => failure(sample.decode))
        expect(error).to.include({ code, field, received: wrong })
      }
    })
  }

  it('take a reason to decline that is not known yet for `unknown`', () => {
    const sample = samples.find(({ name }) => name === 'decline')
    if (sample === undefined) throw new Error('no sample')
    const decoded = change(sample.content, 'reason', 99, () => sample.decode())
    expect(decoded).to.have.nested.property('message.reason', 'unknown')
  })

  it('refuse a frame without a message, and one with a message of a later version', () => {
    const bare = toBinary(FrameSchema, create(FrameSchema, { id: 1n }))
    const later = concatBytes(bare, tag(15, LENGTH_DELIMITED), varint(0))
    expect(failure(() => decodeFrame(bare))).to.include({ code: 'FRAME_EMPTY' })
    expect(failure(() => decodeFrame(later))).to.include({ code: 'FRAME_EMPTY' })
  })

  for (const { name, schema, arbitrary: values, encode, decode } of bodies) {
    const texts = new Set(
      schema.fields.filter((field) => isText(field) || isTextList(field)).map(({ number }) => number),
    )
    if (texts.size === 0) continue
    it(`${name} is refused with text that is no UTF-8`, () => {
      fc.assert(
        fc.property(values, (value) => {
          const fields = splitFields(encode(value))
          const broken = fields.map(({ number, bytes }) =>
            texts.has(number)
              ? concatBytes(tag(number, LENGTH_DELIMITED), varint(2), Uint8Array.of(0xc3, 0x28))
              : bytes,
          )
          fc.pre(fields.some(({ number }) => texts.has(number)))
          expect(failure(() => decode(concatBytes(...broken)))?.code).to.be.oneOf([
            'BODY_NOT_CANONICAL',
            'MESSAGE_MALFORMED',
          ])
        }),
        { numRuns: 30 },
      )
    })
  }
})

function bodySamples(): Sample[] {
  return bodies.map(({ name, schema, arbitrary: values, encode, decode }) => {
    const message = fromBinary(schema, encode(draw(values)))
    return {
      name,
      schema,
      content: message as unknown as Record<string, unknown>,
      decode: () => decode(toBinary(schema, message)),
    }
  })
}

/** One sample per type of message; those that carry a funding carry a permit, which has all of its fields. */
function frameSamples(): Sample[] {
  const permit = { ...draw(arbitrary.funding.filter(({ kind }) => kind === 'permit')) }
  return Object.values<fc.Arbitrary<NegotiationMessage>>(arbitrary.messages).flatMap((messages) => {
    const message = draw(messages)
    if (message.type === 'proposal') message.offer.funding = permit
    if (message.type === 'acceptance') message.funding = permit
    const frame = fromBinary(FrameSchema, encodeFrame({ id: 1n, replyTo: 0n, message }))
    const decode = () => decodeFrame(toBinary(FrameSchema, frame))
    const content = frame.body.value as unknown as Record<string, unknown>
    const oneof = FrameSchema.fields.find(({ localName }) => localName === message.type)
    if (oneof?.fieldKind !== 'message') throw new Error(`no message ${message.type}`)
    const own: Sample = { name: message.type, schema: oneof.message, content, decode }
    const inner = oneof.message.fields.find(({ localName }) => localName === 'funding')
    if (inner?.fieldKind !== 'message') return [own]
    const funding = content.funding as Record<string, unknown>
    return [own, { name: `${message.type}.funding`, schema: inner.message, content: funding, decode }]
  })
}

function signedSample(): Sample {
  const message = fromBinary(SignedSchema, encodeSigned(Uint8Array.of(1), draw(arbitrary.signature)))
  return {
    name: 'signed',
    schema: SignedSchema,
    content: message as unknown as Record<string, unknown>,
    decode: () => decodeSigned(toBinary(SignedSchema, message)),
  }
}

/** Runs `fn` while one member of `content` has another value. */
function change<T>(content: Record<string, unknown>, member: string, value: unknown, fn: () => T): T {
  const before = content[member]
  content[member] = value
  try {
    return fn()
  } finally {
    content[member] = before
  }
}

function isBytes(field: DescField): boolean {
  return field.fieldKind === 'scalar' && field.scalar === ScalarType.BYTES
}

function isText(field: DescField): boolean {
  return field.fieldKind === 'scalar' && field.scalar === ScalarType.STRING
}

function isTextList(field: DescField): boolean {
  return field.fieldKind === 'list' && field.scalar === ScalarType.STRING
}
