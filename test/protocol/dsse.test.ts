import { expect } from 'chai'
import { privateKeyToAccount } from 'viem/accounts'
import { identityFromKey } from '../../agent/network/identity.ts'
import {
  type Envelope,
  MAX_PAYLOAD_BYTES,
  openEnvelope,
  preAuthenticationEncoding,
  sealEnvelope,
} from '../../protocol/dsse.ts'
import { SignatureError, WireError } from '../../protocol/errors.ts'
import { failure } from './support/failure.ts'

const KEY = `0x${'11'.repeat(32)}` as const
const identity = identityFromKey(Buffer.from(KEY.slice(2), 'hex'))
const TYPE = 'http://example.com/HelloWorld'

describe('envelopes', () => {
  const envelope = sealEnvelope(TYPE, 'hello world', identity)

  it('sign the encoding that the specification has as its example', () => {
    // https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, "Test vectors".
    const encoded = preAuthenticationEncoding(TYPE, new TextEncoder().encode('hello world'))
    expect(new TextDecoder().decode(encoded)).to.equal(
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    )
    expect(envelope.payload).to.equal('aGVsbG8gd29ybGQ=')
  })

  it('count bytes, and not characters', () => {
    const encoded = preAuthenticationEncoding('€', new TextEncoder().encode('ä'))
    expect(new TextDecoder().decode(encoded)).to.equal('DSSEv1 3 € 2 ä')
  })

  it('are signed as a wallet signs a message', async () => {
    const account = privateKeyToAccount(KEY)
    const raw = preAuthenticationEncoding(TYPE, new TextEncoder().encode('hello world'))
    const signature = await account.signMessage({ message: { raw } })
    expect(envelope.signatures).to.deep.equal([
      { keyid: account.address, sig: Buffer.from(signature.slice(2), 'hex').toString('base64') },
    ])
  })

  it('are opened by anybody, who learns who signed', () => {
    const opened = openEnvelope(JSON.parse(JSON.stringify(envelope)), TYPE)
    expect(opened).to.deep.equal({ text: 'hello world', signer: identity.address })
  })

  it('are refused when something of them was changed', () => {
    const other = identityFromKey(new Uint8Array(32).fill(0x22))
    const [{ keyid = '', sig = '' } = {}] = envelope.signatures
    const signed = (changed: object) => ({ ...envelope, signatures: [{ keyid, sig, ...changed }] })
    const forged: unknown[] = [
      { ...envelope, payload: btoa('hello World') },
      signed({ keyid: other.address }),
      signed({ sig: sealEnvelope(TYPE, 'hello', identity).signatures[0]?.sig }),
      signed({ sig: btoa('short') }),
    ]
    for (const changed of forged) {
      expect(failure(() => openEnvelope(changed, TYPE))).to.be.an.instanceOf(SignatureError)
    }
    expect(failure(() => openEnvelope(sealEnvelope('other', 'hello world', identity), TYPE))).to.include({
      field: 'payloadType',
    })
  })

  it('are refused where there is more than one way to write them', () => {
    const [signature] = envelope.signatures
    const wrong: Record<string, unknown> = {
      payload: { ...envelope, payload: 'aGVsbG8gd29ybGR=' },
      envelope: { ...envelope, more: 1 },
      signatures: { ...envelope, signatures: [signature, signature] },
      'signatures[0]': { ...envelope, signatures: [{ ...signature, more: 1 }] },
      'signatures[0].keyid': { ...envelope, signatures: [{ ...signature, keyid: '0x12' }] },
      'signatures[0].sig': { ...envelope, signatures: [{ ...signature, sig: 7 }] },
    }
    for (const [field, bad] of Object.entries(wrong)) {
      const error = failure(() => openEnvelope(bad, TYPE))
      expect(error, field).to.be.an.instanceOf(WireError).and.to.include({ code: 'ENVELOPE_INVALID', field })
    }
    const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    for (const bad of [undefined, null, [], 'text', 1, {}, deep, [{ toString: 1 }]]) {
      expect(failure(() => openEnvelope(bad, TYPE))).to.include({ code: 'ENVELOPE_INVALID' })
    }
    for (const member of ['payloadType', 'payload', 'signatures']) {
      expect(
        failure(() => openEnvelope({ ...envelope, [member]: deep }, TYPE)),
        member,
      ).to.include({
        code: 'ENVELOPE_INVALID',
      })
    }
  })

  it('hold no more than they may', () => {
    const text = 'x'.repeat(MAX_PAYLOAD_BYTES)
    expect(openEnvelope(sealEnvelope(TYPE, text, identity), TYPE).text).to.equal(text)
    expect(failure(() => sealEnvelope(TYPE, `${text}x`, identity))).to.include({ field: 'payload' })
    const long: Envelope = { ...envelope, payload: btoa(`${text}x`) }
    expect(failure(() => openEnvelope(long, TYPE))).to.include({ field: 'payload' })
  })
})
