import { expect } from 'chai'
import { keccak256 } from 'viem'
import { AnswerCache } from '../../../../agent/protocols/services/answer-cache.ts'
import { signAnswer } from '../../../../agent/protocols/services/answers.ts'
import { MAX_ANSWERS_KEPT, MAX_BYTES_KEPT } from '../../../../agent/protocols/services/constants.ts'
import { meshDomain } from '../../../../protocol/deployment.ts'
import { deployment } from '../../../e2e/support/deployment.ts'
import { newIdentity } from '../../support/intents.ts'

const NOW = 1_750_000_000n
const identity = newIdentity()
const signed = signAnswer(
  { identity, domain: meshDomain(deployment) },
  { capability: 'data.fx', question: keccak256(new Uint8Array([1])) },
  new Uint8Array([7]),
  { now: NOW, ttl: 60n },
)

/** The same answer to another question; that nobody signed it is no concern of the cache's. */
const numbered = (index: number, body = signed.body) => ({
  ...signed,
  body,
  value: { ...signed.value, question: keccak256(new Uint8Array([index >> 16, index >> 8, index])) },
})

describe('AnswerCache', () => {
  it('gives an answer while it holds, and not for another agent, capability or question', () => {
    const cache = new AnswerCache()
    cache.add(signed, NOW)
    expect(cache.get(signed.value, NOW + 59n)).to.equal(signed)
    expect(cache.get({ ...signed.value, agent: newIdentity().address }, NOW)).to.equal(undefined)
    expect(cache.get({ ...signed.value, capability: 'data.other' }, NOW)).to.equal(undefined)
    expect(cache.get(numbered(5).value, NOW)).to.equal(undefined)
    expect(cache.get(signed.value, NOW + 60n)).to.equal(undefined)
  })

  it('keeps nothing that was for one asker alone', () => {
    const cache = new AnswerCache()
    const alone = { ...signed, value: { ...signed.value, expiry: NOW } }
    cache.add(alone, NOW)
    expect(cache.get(alone.value, NOW)).to.equal(undefined)
  })

  it('forgets what was not asked for longest when it has too many', () => {
    const cache = new AnswerCache()
    for (let index = 0; index < MAX_ANSWERS_KEPT; index++) cache.add(numbered(index), NOW)
    cache.get(numbered(0).value, NOW)
    cache.add(numbered(MAX_ANSWERS_KEPT), NOW)
    expect(cache.get(numbered(0).value, NOW)).to.not.equal(undefined)
    expect(cache.get(numbered(1).value, NOW)).to.equal(undefined)
  })

  it('holds no more bytes than it may', () => {
    const cache = new AnswerCache()
    const large = new Uint8Array(MAX_BYTES_KEPT / 4)
    for (let index = 0; index < 5; index++) cache.add(numbered(index, large), NOW)
    expect(cache.get(numbered(0).value, NOW)).to.equal(undefined)
    for (let index = 1; index < 5; index++)
      expect(cache.get(numbered(index).value, NOW)).to.not.equal(undefined)
  })
})
