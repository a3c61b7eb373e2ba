import { expect } from 'chai'
import fc from 'fast-check'
import { hashTypedData } from 'viem'
import { hashKnowledgeAnswer, structs } from '../../../protocol/eip712.ts'
import { MAX_QUOTE_BYTES } from '../../../protocol/limits.ts'
import { type Citation, KNOWLEDGE_KINDS, type KnowledgeAnswer, REUSES } from '../../../protocol/types.ts'
import {
  decodeKnowledge,
  decodeKnowledgeAnswer,
  encodeKnowledge,
  encodeKnowledgeAnswer,
} from '../../../protocol/wire/knowledge.ts'
import * as arbitrary from '../support/arbitraries.ts'
import { failure } from '../support/failure.ts'

const [answer] = fc.sample(arbitrary.knowledgeAnswer, { numRuns: 1, seed: 7 }) as [KnowledgeAnswer]
const citation: Citation = { content: answer.body, start: 0n, end: 1n, quote: 'a', source: '' }

describe('wire: knowledge', () => {
  it('is handed over as it is', () => {
    const bytes = fc.uint8Array({ maxLength: 64 })
    const message = fc.record({ answer: bytes, signature: arbitrary.signature, body: bytes })
    fc.assert(
      fc.property(message, (each) => {
        expect(decodeKnowledge(encodeKnowledge(each))).to.deep.equal(each)
      }),
    )
    expect(failure(() => decodeKnowledge(new Uint8Array()))).to.include({ field: 'knowledge.answer' })
  })

  it('is refused with the field that is out of its bounds', () => {
    const wrong: [Partial<KnowledgeAnswer>, string][] = [
      [{ contentType: 'x'.repeat(257) }, 'contentType'],
      [{ licence: 'x'.repeat(257) }, 'licence'],
      [{ model: 'x'.repeat(257) }, 'model'],
      [{ citations: Array.from({ length: 17 }, () => citation) }, 'citations'],
      [
        { citations: [citation, { ...citation, quote: 'x'.repeat(MAX_QUOTE_BYTES + 1) }] },
        'citations[1].quote',
      ],
      [{ citations: [{ ...citation, source: 'x'.repeat(257) }] }, 'citations[0].source'],
    ]
    for (const [change, field] of wrong) {
      const bytes = encodeKnowledgeAnswer({ ...answer, ...change })
      expect(failure(() => decodeKnowledgeAnswer(bytes))).to.include({ field: `knowledgeAnswer.${field}` })
    }
    const longest = { ...answer, citations: [{ ...citation, quote: 'x'.repeat(MAX_QUOTE_BYTES) }] }
    expect(decodeKnowledgeAnswer(encodeKnowledgeAnswer(longest))).to.deep.equal(longest)
  })

  it('has the digest that another implementation of EIP-712 takes of it', () => {
    const { KnowledgeAnswer: type } = structs
    const types = Object.fromEntries([type, ...type.nested].map(({ name, fields }) => [name, fields]))
    fc.assert(
      fc.property(arbitrary.domain, arbitrary.knowledgeAnswer, (domain, value) => {
        const message = {
          ...value,
          kind: KNOWLEDGE_KINDS.indexOf(value.kind),
          reuse: REUSES.indexOf(value.reuse),
        }
        // Their types are computed, so that nothing is known of them here.
        const data = { domain, types, primaryType: 'KnowledgeAnswer', message } as never
        expect(hashKnowledgeAnswer(domain, value)).to.equal(hashTypedData(data))
      }),
    )
  })

  it('binds every field by its digest', () => {
    const other = fc.sample(arbitrary.knowledgeAnswer, { numRuns: 50, seed: 8 })
    const [domain] = fc.sample(arbitrary.domain, { numRuns: 1, seed: 9 })
    if (domain === undefined) throw new Error('no domain')
    for (const name of Object.keys(answer) as (keyof KnowledgeAnswer)[]) {
      const changed = other.map((each) => ({ ...answer, [name]: each[name] }))
      const isOther = (each: KnowledgeAnswer) =>
        String(encodeKnowledgeAnswer(each)) !== String(encodeKnowledgeAnswer(answer))
      const one = changed.find(isOther)
      if (one === undefined) throw new Error(`no other ${name}`)
      expect(hashKnowledgeAnswer(domain, one), name).not.to.equal(hashKnowledgeAnswer(domain, answer))
    }
  })
})
