import { expect } from 'chai'
import fc from 'fast-check'
import {
  decodeBindingRequest,
  encodeBindingResponse,
  MAX_REQUEST_BYTES,
} from '../../../agent/network/stun-message.ts'

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const hex = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString('hex')
const TRANSACTION = 'b7e7a701bc34d686fa87dfae'
const transactionId = bytes(TRANSACTION)

describe('STUN messages', () => {
  it('are read from the plainest request, and from one with attributes that may be ignored', () => {
    const plain = bytes(`0001 0000 2112a442 ${TRANSACTION}`)
    expect(decodeBindingRequest(plain)).to.deep.equal({ transactionId, unknown: [] })
    // SOFTWARE "abc" and FINGERPRINT
    const more = bytes(`0001 0010 2112a442 ${TRANSACTION} 8022 0003 61626300 8028 0004 00000000`)
    expect(decodeBindingRequest(more)).to.deep.equal({ transactionId, unknown: [] })
  })

  it('tell an IPv4 and an IPv6 address as the test vectors of RFC 5769, 2.2 and 2.3, do', () => {
    const request = { transactionId, unknown: [] }
    const v4 = encodeBindingResponse(request, { address: Uint8Array.of(192, 0, 2, 1), port: 32_853 })
    expect(hex(v4)).to.equal(hex(bytes(`0101 000c 2112a442 ${TRANSACTION} 0020 0008 0001a147 e112a643`)))
    const address = bytes('20010db8 12345678 00112233 44556677')
    expect(hex(encodeBindingResponse(request, { address, port: 32_853 }))).to.equal(
      hex(bytes(`0101 0018 2112a442 ${TRANSACTION} 0020 0014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9`)),
    )
  })

  it('name the attributes that nobody here understands, with error 420', () => {
    const request = decodeBindingRequest(bytes(`0001 0008 2112a442 ${TRANSACTION} 0024 0004 6e0001ff`))
    expect(request?.unknown).to.deep.equal([0x24])
    const answer = encodeBindingResponse(request ?? { transactionId, unknown: [] }, {
      address: Uint8Array.of(1, 2, 3, 4),
      port: 5,
    })
    expect(hex(answer)).to.equal(
      hex(bytes(`0111 0010 2112a442 ${TRANSACTION} 0009 0004 00000414 000a 0002 00240000`)),
    )
  })

  const strange: Record<string, string> = {
    'half a header': '0001 0000 2112a442',
    'another method': `0003 0000 2112a442 ${TRANSACTION}`,
    'an answer': `0101 0000 2112a442 ${TRANSACTION}`,
    'the older RFC 3489': `0001 0000 2112a443 ${TRANSACTION}`,
    'a length that is not its own': `0001 0004 2112a442 ${TRANSACTION}`,
    'an attribute that ends behind it': `0001 0004 2112a442 ${TRANSACTION} 8022 0004`,
    'half an attribute': `0001 0002 2112a442 ${TRANSACTION} 8022`,
    'one byte too many': `0001 0001 2112a442 ${TRANSACTION} 00`,
    'more than any client sends': `0001 ${(600).toString(16).padStart(4, '0')} 2112a442 ${TRANSACTION}${'00'.repeat(600)}`,
  }
  for (const [what, message] of Object.entries(strange)) {
    it(`are not taken from ${what}`, () => {
      expect(decodeBindingRequest(bytes(message))).to.equal(undefined)
    })
  }

  it('are read without a fault from whatever bytes come, and answered by less than a packet', () => {
    const header = fc.uint8Array({ maxLength: MAX_REQUEST_BYTES - 20 }).map((rest) => {
      const message = Uint8Array.from([...bytes(`0001 0000 2112a442 ${TRANSACTION}`), ...rest])
      new DataView(message.buffer).setUint16(2, rest.length)
      return message
    })
    fc.assert(
      fc.property(fc.oneof(header, fc.uint8Array({ maxLength: 1_000 })), (message) => {
        const request = decodeBindingRequest(message)
        if (request === undefined) return
        const answer = encodeBindingResponse(request, { address: new Uint8Array(16), port: 65_535 })
        expect(answer.length).to.be.at.most(64)
      }),
      { numRuns: 2_000 },
    )
  })
})
