import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex } from 'viem'
import { DEFAULT_RULES } from '../../../protocol/default-parameters.ts'
import {
  MAX_ATTRIBUTE_VALUES,
  MAX_ATTRIBUTES,
  MAX_LIST_ENTRIES,
  MAX_NAME_BYTES,
  MAX_STRING_BYTES,
} from '../../../protocol/limits.ts'
import type { Attribute, Capability } from '../../../protocol/types.ts'
import { encodeFoundAgent } from '../../../protocol/wire/agent-query.ts'
import { encodeCapabilityRecord } from '../../../protocol/wire/bodies.ts'
import { decodeFrame, encodeFrame, type NegotiationMessage } from '../../../protocol/wire/frames.ts'
import { decodeSigned, encodeSigned } from '../../../protocol/wire/gossip.ts'
import { draw } from '../../seed.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { bodies } from '../support/bodies.ts'

describe('wire: round trips', () => {
  for (const { name, arbitrary: values, encode, decode } of bodies) {
    it(`gives back any ${name}`, () => {
      fc.assert(
        fc.property(values, (value) => {
          expect(decode(encode(value))).to.deep.equal(value)
        }),
      )
    })
  }

  for (const [type, messages] of Object.entries<fc.Arbitrary<NegotiationMessage>>(arbitrary.messages)) {
    it(`gives back any frame with a message of type ${type}`, () => {
      const number = arbitrary.uint(64n)
      fc.assert(
        fc.property(number, number, messages, (id, replyTo, message) => {
          const frame = { id, replyTo, message }
          expect(decodeFrame(encodeFrame(frame))).to.deep.equal(frame)
        }),
      )
    })
  }

  it('gives back a proposal with each kind of funding', () => {
    const proposal = draw(arbitrary.messages.proposal)
    const signature = proposal.offer.signature
    const fundings = [
      { kind: 'balance' },
      { kind: 'permit', value: 2n ** 128n - 1n, deadline: 2n ** 64n - 1n, signature },
      { kind: 'permit', value: 0n, deadline: 0n, signature },
      { kind: 'authorization', validAfter: 0n, validBefore: 2n ** 64n - 1n, signature },
    ] as const
    for (const funding of fundings) {
      const message = { ...proposal, offer: { ...proposal.offer, funding } }
      expect(decodeFrame(encodeFrame({ id: 1n, replyTo: 0n, message })).message).to.deep.equal(message)
    }
  })

  it('gives back any gossiped body with its signature', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), arbitrary.signature, (body, signature) => {
        const signed = decodeSigned(encodeSigned(body, signature))
        expect(signed.signature).to.equal(signature)
        expect(bytesToHex(signed.body)).to.equal(bytesToHex(body))
      }),
    )
  })

  it('has room for the largest record that the bounds of its fields allow', () => {
    const text = 'x'.repeat(MAX_STRING_BYTES)
    const texts = Array<string>(MAX_LIST_ENTRIES).fill(text)
    const record = draw(arbitrary.capabilityRecord)
    const signature = draw(arbitrary.signature)
    const name = 'x'.repeat(MAX_NAME_BYTES)
    const attribute = (index: number): Attribute => ({
      name: `${String(index).padStart(2, 'a')}${'x'.repeat(MAX_NAME_BYTES - 2)}`,
      type: 'set',
      // All of the words that a record may have stand in its first attributes.
      values: Array.from({ length: index < MAX_ATTRIBUTE_VALUES / 16 ? 16 : 0 }, (_, value) =>
        String(value).padStart(MAX_NAME_BYTES, 'x'),
      ),
    })
    const attributes = Array.from({ length: MAX_ATTRIBUTES }, (_, index) => attribute(index))
    const capability: Capability = { name, version: name, model: name, attributes: [] }
    const others = Array<Capability>(MAX_LIST_ENTRIES - 1).fill(capability)
    const capabilities = [{ ...capability, attributes }, ...others]
    const largest = { ...record, capabilities, area: text, endpoints: texts }
    const standing = {
      agentId: 2n ** 256n - 1n,
      freeStake: 2n ** 128n - 1n,
      score: 10n ** 18n,
      block: 2n ** 63n,
    }
    // It travels by gossip, and in answers to queries.
    const found = encodeFoundAgent(encodeSigned(encodeCapabilityRecord(largest), signature), standing)
    expect(found.length).to.be.below(DEFAULT_RULES.spamRules.maxMessageBytes)
  })
})
