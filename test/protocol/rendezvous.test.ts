import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex, hexToBytes } from 'viem'
import { WireError } from '../../protocol/errors.ts'
import {
  decodeDiscoverAnswer,
  decodeRegisterAnswer,
  decodeRequest,
  encodeDiscoverAnswer,
  encodeRegisterAnswer,
  encodeRequest,
  MAX_COOKIE_BYTES,
  MAX_DISCOVERED,
  type RendezvousRequest,
} from '../../protocol/wire/rendezvous.ts'

const record = Uint8Array.of(1, 2)

describe('messages of the rendezvous protocol', () => {
  it('have the bytes that the specification says', () => {
    const known: [Uint8Array, string][] = [
      [
        encodeRequest({ type: 'register', namespace: 'my-app', record, ttl: 7_200 }),
        // type 0; register { ns, signedPeerRecord, ttl }
        '0x0800120f0a066d792d6170701202010218a038',
      ],
      [encodeRequest({ type: 'unregister', namespace: 'my-app' }), '0x080222080a066d792d617070'],
      [encodeRequest({ type: 'discover' }), '0x08032a00'],
      [
        encodeRequest({ type: 'discover', namespace: 'a', limit: 5, cookie: Uint8Array.of(9) }),
        '0x08032a080a016110051a0109',
      ],
      [encodeRegisterAnswer({ status: 'OK', ttl: 7_200 }), '0x08011a05080018a038'],
      [encodeRegisterAnswer({ status: 'E_INVALID_TTL' }), '0x08011a020866'],
      [
        encodeDiscoverAnswer({
          status: 'OK',
          registrations: [{ namespace: 'a', record, ttl: 1 }],
          cookie: Uint8Array.of(9),
        }),
        '0x080432100a090a0161120201021801120109' + '1800',
      ],
    ]
    for (const [bytes, expected] of known) expect(bytesToHex(bytes)).to.equal(expected)
  })

  it('say the same after a journey, and tell what is absent from what is empty', () => {
    const requests: RendezvousRequest[] = [
      { type: 'register', namespace: '', record, ttl: undefined },
      { type: 'register', namespace: 'a', record, ttl: 0 },
      { type: 'unregister', namespace: 'a' },
      { type: 'discover', namespace: undefined, limit: undefined, cookie: undefined },
      { type: 'discover', namespace: '', limit: 0, cookie: new Uint8Array() },
    ]
    for (const request of requests) expect(decodeRequest(encodeRequest(request))).to.deep.equal(request)
    const registered = { status: 'E_UNAVAILABLE', ttl: undefined } as const
    expect(decodeRegisterAnswer(encodeRegisterAnswer(registered))).to.deep.equal(registered)
    const registrations = [{ namespace: 'a', record, ttl: 7 }]
    const discovered = { status: 'OK', registrations, cookie: Uint8Array.of(1) } as const
    expect(decodeDiscoverAnswer(encodeDiscoverAnswer(discovered))).to.deep.equal(discovered)
  })

  it('take a status of a later version for a failure', () => {
    expect(decodeRegisterAnswer(hexToBytes('0x08011a0308e707')).status).to.equal('E_INTERNAL_ERROR')
  })

  it('are refused when they are of the wrong kind, without their body, or too long', () => {
    const refused: [() => unknown, string][] = [
      [() => decodeRequest(encodeRegisterAnswer({ status: 'OK' })), 'VALUE_UNKNOWN'],
      [() => decodeRequest(hexToBytes('0x0800')), 'VALUE_UNKNOWN'],
      [() => decodeRequest(new Uint8Array()), 'VALUE_UNKNOWN'],
      [() => decodeRequest(hexToBytes('0x08')), 'MESSAGE_MALFORMED'],
      [() => decodeRegisterAnswer(encodeRequest({ type: 'discover' })), 'VALUE_UNKNOWN'],
      [() => decodeDiscoverAnswer(encodeRegisterAnswer({ status: 'OK' })), 'VALUE_UNKNOWN'],
      [() => decodeDiscoverAnswer(answerOf(MAX_DISCOVERED + 1, 1)), 'LIST_TOO_LONG'],
      [() => decodeDiscoverAnswer(answerOf(1, MAX_COOKIE_BYTES + 1)), 'LIST_TOO_LONG'],
    ]
    for (const [decode, code] of refused) expect(decode).to.throw(WireError).with.property('code', code)
    expect(decodeDiscoverAnswer(answerOf(MAX_DISCOVERED, MAX_COOKIE_BYTES)).registrations).to.have.length(
      MAX_DISCOVERED,
    )
  })

  it('made of anything at all end in a value or in a WireError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        for (const decode of [decodeRequest, decodeRegisterAnswer, decodeDiscoverAnswer]) {
          try {
            decode(bytes)
          } catch (error) {
            expect(error).to.be.instanceOf(WireError)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

function answerOf(count: number, cookieBytes: number): Uint8Array {
  const registrations = Array.from({ length: count }, () => ({ namespace: 'a', record, ttl: 1 }))
  return encodeDiscoverAnswer({ status: 'OK', registrations, cookie: new Uint8Array(cookieBytes) })
}
