import { expect } from 'chai'
import fc from 'fast-check'
import { verify } from '../../agent/protocols/gossip-topic.ts'
import { type Domain, hashIntent } from '../../protocol/eip712.ts'
import { SignatureError, WireError } from '../../protocol/errors.ts'
import { decodeIntent, encodeIntent } from '../../protocol/wire/bodies.ts'
import * as arbitrary from '../protocol/support/arbitraries.ts'
import { failure } from '../protocol/support/failure.ts'
import { alice, bob, domain, receivedIntent } from './support/intents.ts'

const kindOf = (where: Domain) => ({
  decode: decodeIntent,
  hash: (intent: ReturnType<typeof decodeIntent>) => hashIntent(where, intent),
})

describe('verify', () => {
  it('gives what an agent signed, with its hash and its peer id', () => {
    fc.assert(
      fc.property(arbitrary.intent, (intent) => {
        const value = { ...intent, agent: alice.address }
        const hash = hashIntent(domain, value)
        const received = verify(kindOf(domain), encodeIntent(value), alice.sign(hash))
        expect(received).to.deep.include({ value, hash, signature: alice.sign(hash) })
        expect(received.peerId.equals(alice.peerId)).to.equal(true)
      }),
      { numRuns: 30 },
    )
  })

  it('refuses any one byte changed of the body or of the signature', () => {
    const { value, signature } = receivedIntent()
    const body = encodeIntent(value)
    for (let i = 0; i < body.length; i++) {
      const changed = Uint8Array.from(body).with(i, (body[i] ?? 0) ^ 1)
      const error = failure(() => verify(kindOf(domain), changed, signature))
      expect(error instanceof WireError || error instanceof SignatureError, `byte ${i}`).to.equal(true)
    }
    for (let i = 2; i < signature.length; i += 2) {
      const byte = (Number.parseInt(signature.slice(i, i + 2), 16) ^ 1).toString(16).padStart(2, '0')
      const changed = `0x${signature.slice(2, i)}${byte}${signature.slice(i + 2)}` as const
      expect(failure(() => verify(kindOf(domain), body, changed))).to.be.instanceOf(SignatureError)
    }
  })

  it('refuses what was signed for another deployment, or by somebody else in the name of an agent', () => {
    const { value, hash, signature } = receivedIntent()
    const elsewhere = { ...domain, salt: `0x${'5b'.repeat(32)}` } as const
    const body = encodeIntent(value)
    expect(failure(() => verify(kindOf(elsewhere), body, signature))?.code).to.equal('SIGNER_WRONG')
    expect(failure(() => verify(kindOf(domain), body, bob.sign(hash)))).to.include({
      code: 'SIGNER_WRONG',
      expected: alice.address,
      received: bob.address,
    })
  })
})
