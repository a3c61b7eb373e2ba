import { expect } from 'chai'
import fc from 'fast-check'
import { bytesToHex } from 'viem'
import { WireError } from '../../protocol/errors.ts'
import { MAX_ANSWERS, MAX_QUERY_LENGTH } from '../../protocol/limits.ts'
import {
  decodeAgentCount,
  decodeAgentQuery,
  decodeFoundAgent,
  encodeAgentCount,
  encodeAgentQuery,
  encodeFoundAgent,
  type StandingClaim,
} from '../../protocol/wire/agent-query.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import * as arbitrary from './support/arbitraries.ts'
import { failure } from './support/failure.ts'

const claim: fc.Arbitrary<StandingClaim> = fc.record({
  agentId: arbitrary.uint(256n),
  freeStake: arbitrary.uint(128n),
  score: arbitrary.uint(64n),
  block: arbitrary.uint(64n),
})
const found = fc.record({
  body: fc.uint8Array({ maxLength: 200 }),
  signature: arbitrary.signature,
  standing: fc.option(claim, { nil: undefined }),
})

describe('the messages of a query for agents', () => {
  it('are given back as they were', () => {
    fc.assert(
      fc.property(
        found,
        fc.string(),
        fc.nat({ max: MAX_ANSWERS }),
        ({ body, signature, standing }, text, count) => {
          const decoded = decodeFoundAgent(encodeFoundAgent(encodeSigned(body, signature), standing))
          expect({ ...decoded, body: bytesToHex(decoded.body) }).to.deep.equal({
            body: bytesToHex(body),
            signature,
            standing,
          })
          expect(decodeAgentQuery(encodeAgentQuery(text))).to.equal(text)
          expect(decodeAgentCount(encodeAgentCount(count))).to.equal(count)
        },
      ),
    )
  })

  it('are bounded', () => {
    const longest = 'x'.repeat(MAX_QUERY_LENGTH)
    expect(decodeAgentQuery(encodeAgentQuery(longest))).to.equal(longest)
    expect(failure(() => decodeAgentQuery(encodeAgentQuery(`${longest}x`)))).to.include({
      code: 'TEXT_TOO_LONG',
      field: 'agentQuery.query',
    })
    expect(failure(() => decodeAgentCount(encodeAgentCount(MAX_ANSWERS + 1)))).to.include({
      code: 'VALUE_TOO_LARGE',
      field: 'agentCount.count',
    })
  })

  it('are decoded, or refused with a WireError, when they were mutated', () => {
    const frames = fc.oneof(
      found.map(({ body, signature, standing }) => encodeFoundAgent(encodeSigned(body, signature), standing)),
      fc.string().map(encodeAgentQuery),
      fc.nat().map(encodeAgentCount),
      fc.uint8Array({ maxLength: 100 }),
    )
    const changes = fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 255 })), { maxLength: 4 })
    fc.assert(
      fc.property(frames, changes, (frame, mutations) => {
        const bytes = Uint8Array.from(frame)
        for (const [index, byte] of mutations) if (index < bytes.length) bytes[index] = byte
        for (const decode of [decodeFoundAgent, decodeAgentQuery, decodeAgentCount]) {
          try {
            decode(bytes)
          } catch (error) {
            expect(error).to.be.instanceOf(WireError)
          }
        }
      }),
      { numRuns: 3000 },
    )
  })
})
