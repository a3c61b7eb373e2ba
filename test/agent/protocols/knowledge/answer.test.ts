import { expect } from 'chai'
import { CID } from 'multiformats/cid'
import { hexToBytes, sha256, toBytes } from 'viem'
import { identityFromKey } from '../../../../agent/network/identity.ts'
import {
  type KnowledgeDraft,
  openKnowledge,
  signKnowledge,
  toMessage,
  withBody,
} from '../../../../agent/protocols/knowledge/answer.ts'
import { checkCopy, checkFit } from '../../../../agent/protocols/knowledge/check.ts'
import { withContent } from '../../../../agent/protocols/knowledge/content.ts'
import { Library } from '../../../../agent/retrieval/index.ts'
import { CHAINLESS, meshDomain } from '../../../../protocol/deployment.ts'
import { MAX_SERVICE_BYTES } from '../../../../protocol/limits.ts'
import type { KnowledgeAnswer, Reuse } from '../../../../protocol/types.ts'
import {
  decodeKnowledge,
  decodeKnowledgeAnswer,
  encodeKnowledge,
  encodeKnowledgeAnswer,
} from '../../../../protocol/wire/knowledge.ts'
import { failure } from '../../../protocol/support/failure.ts'

const identity = identityFromKey(new Uint8Array(32).fill(7))
const domain = meshDomain(CHAINLESS)
const asked = { capability: 'data.prices', question: sha256(toBytes('today')), now: 1_000n }
const draft: KnowledgeDraft = { kind: 'dataset', contentType: 'text/csv', body: 'time,price\n0,17' }
const terms = { ttl: 60n, licence: 'CC-BY-4.0', reuse: 'resale' as Reuse }
const sign = (change: Partial<KnowledgeDraft> = {}, on: Partial<typeof terms> = {}) =>
  signKnowledge({ identity, domain }, asked, { ...draft, ...change }, { ...terms, ...on })

describe('an answer', () => {
  it('is opened by anybody, as it was signed', () => {
    const signed = sign()
    const opened = openKnowledge(domain, toMessage(signed))
    expect(opened).to.deep.include({ value: signed.value, signature: signed.signature, cid: signed.cid })
    expect(opened.text).to.equal('time,price\n0,17')
    expect(signed.value).to.include({
      agent: identity.address,
      length: 15n,
      answeredAt: 1_000n,
      expiry: 1_060n,
    })
  })

  it('is addressed by the SHA-256 of its canonical bytes', () => {
    const { cid, value } = sign()
    const { version, code, multihash } = CID.parse(cid)
    expect([version, code, multihash.code]).to.deep.equal([1, 0x55, 0x12])
    expect(multihash.digest).to.deep.equal(hexToBytes(sha256(encodeKnowledgeAnswer(value))))
    expect(sign({ body: 'time,price\n0,18' }).cid).not.to.equal(cid)
  })

  it('is refused when anything of it was changed', () => {
    const { answer, signature, body } = decodeKnowledge(toMessage(sign()))
    const value = decodeKnowledgeAnswer(answer)
    const changes: Partial<KnowledgeAnswer>[] = [
      { licence: 'CC0-1.0' },
      { reuse: 'share' },
      { expiry: value.expiry + 1n },
      { agent: `0x${'11'.repeat(20)}` },
    ]
    for (const change of changes) {
      const forged = encodeKnowledge({
        answer: encodeKnowledgeAnswer({ ...value, ...change }),
        signature,
        body,
      })
      expect(failure(() => openKnowledge(domain, forged))).to.include({ code: 'SIGNER_WRONG' })
    }
    for (const other of [toBytes('time,price\n0,18'), new Uint8Array([...body, 0]), body.subarray(1)]) {
      const altered = encodeKnowledge({ answer, signature, body: other })
      expect(failure(() => openKnowledge(domain, altered))).to.include({ code: 'BODY_WRONG' })
    }
    const elsewhere = { ...domain, chainId: 5n }
    expect(failure(() => openKnowledge(elsewhere, toMessage(sign())))).to.include({ code: 'SIGNER_WRONG' })
  })

  it('says what its kind has to', () => {
    const citation = { content: asked.question, start: 5n, end: 4n, quote: '', source: '' }
    const wrong: [Partial<KnowledgeDraft>, string][] = [
      [{ kind: 'citation' }, 'citations'],
      [{ kind: 'inference' }, 'model'],
      [{ citations: [citation] }, 'citations'],
    ]
    for (const [change, field] of wrong) {
      expect(failure(() => sign(change))).to.include({
        code: 'ANSWER_UNUSABLE',
        field: `knowledgeAnswer.${field}`,
      })
    }
    expect(failure(() => sign({}, { ttl: -1n }))).to.include({ field: 'knowledgeAnswer.expiry' })
    expect(sign({ kind: 'inference', model: 'mlp-64-32-10' }).value.model).to.equal('mlp-64-32-10')
  })

  it('that is too long for a message is had by its digest', () => {
    const body = new Uint8Array(MAX_SERVICE_BYTES)
    expect(failure(() => toMessage(sign({ body })))).to.include({ code: 'MESSAGE_TOO_LARGE' })
    const detached = sign({ body: { digest: sha256(body), length: BigInt(body.length) } })
    const opened = openKnowledge(domain, toMessage(detached))
    expect([opened.body, opened.text]).to.deep.equal([undefined, ''])
    expect(withBody(opened, body).body).to.equal(body)
    expect(failure(() => withBody(opened, body.subarray(1)))).to.include({ code: 'BODY_WRONG' })
    expect(openKnowledge(domain, toMessage(sign({ body: '' }))).body).to.deep.equal(new Uint8Array())
  })

  it('fits what was asked, and whom', () => {
    const fitting = { ...asked, isTrusted: () => true, askedAt: 1_000n }
    const fits = (change: Partial<typeof fitting> = {}, of = sign()) =>
      (failure(() => checkFit(of, { ...fitting, ...change })) as { code?: string } | undefined)?.code
    expect(fits()).to.equal(undefined)
    expect(fits({ capability: 'data.fx' })).to.equal('ANSWER_UNFIT')
    expect(fits({ question: sha256(toBytes('tomorrow')) })).to.equal('ANSWER_UNFIT')
    expect(fits({ isTrusted: () => false })).to.equal('AGENT_UNTRUSTED')
    // It is from the future, by more than clocks may differ.
    expect(fits({ now: 994n })).to.equal('ANSWER_EXPIRED')
    expect(fits({ now: 995n })).to.equal(undefined)
    expect(fits({ now: 1_060n, askedAt: 1_059n })).to.equal('ANSWER_EXPIRED')
    // What holds for no time is news, but not for ever.
    const once = sign({}, { ttl: 0n })
    expect(fits({ now: 1_004n, askedAt: 1_003n }, once)).to.equal(undefined)
    expect(fits({ now: 1_007n, askedAt: 1_006n }, once)).to.equal('ANSWER_EXPIRED')
  })

  it('is passed on by its licence alone', () => {
    const copy = (reuse: Reuse, price: bigint, now = 1_001n) =>
      (failure(() => checkCopy(sign({}, { reuse }), price, now)) as { code?: string } | undefined)?.code
    expect(copy('resale', 5n)).to.equal(undefined)
    expect(copy('share', 0n)).to.equal(undefined)
    expect(copy('share', 1n)).to.equal('LICENCE_BROKEN')
    expect(copy('none', 0n)).to.equal('LICENCE_BROKEN')
    expect(copy('resale', 0n, 1_060n)).to.equal('ANSWER_EXPIRED')
  })

  it('is held against the documents that it cites', async () => {
    const library = new Library()
    const digest = library.add('No home has a battery.', 'a report')
    const [found] = library.retrieve('battery', 1)
    if (found === undefined) throw new Error('nothing found')
    const good = sign({ kind: 'citation', body: found.text, citations: [found.citation] })
    const contentOf = async (of: string) => (of === digest ? library.document(digest)?.content : undefined)
    expect(await withContent(good, contentOf)).to.equal(good)
    const quote = 'Each home has a battery.'
    const lie = sign({ kind: 'citation', body: quote, citations: [{ ...found.citation, quote }] })
    const codeOf = (doing: Promise<unknown>) =>
      doing.then(
        () => undefined,
        ({ code }) => code,
      )
    expect(await codeOf(withContent(lie, contentOf))).to.equal('CITATION_FALSE')
    expect(await codeOf(withContent(good, async () => undefined))).to.equal('CONTENT_MISSING')
  })
})
