import { sha256, toBytes, toHex } from 'viem'
import type { Identity } from '../../../agent/network/identity.ts'
import { cidOf } from '../../../agent/protocols/knowledge/answer.ts'
import { type Domain, hashKnowledgeAnswer } from '../../../protocol/eip712.ts'
import type { KnowledgeAnswer } from '../../../protocol/types.ts'
import { encodeKnowledge, encodeKnowledgeAnswer } from '../../../protocol/wire/knowledge.ts'

/** Known answers of what agents know: a passage that is quoted, and that others may sell on. */
export function knowledgeVectors(domain: Domain, agent: Identity) {
  const document = toBytes('No home has a battery.\n\nHome 2 has 5 kWp of solar panels.')
  const body = document.subarray(24)
  const value: KnowledgeAnswer = {
    agent: agent.address,
    capability: 'facts.energy',
    question: sha256(toBytes('Which home has solar panels?')),
    kind: 'citation',
    contentType: 'text/plain; charset=utf-8',
    body: sha256(body),
    length: BigInt(body.length),
    model: '',
    licence: 'CC-BY-4.0',
    reuse: 'resale',
    citations: [
      {
        content: sha256(document),
        start: 24n,
        end: BigInt(document.length),
        quote: new TextDecoder().decode(body),
        source: 'a report',
      },
    ],
    answeredAt: 1_750_000_010n,
    expiry: 1_750_086_410n,
  }
  const digest = hashKnowledgeAnswer(domain, value)
  const signature = agent.sign(digest)
  const answer = encodeKnowledgeAnswer(value)
  return {
    knowledgeAnswer: {
      value,
      body: toHex(answer),
      cid: cidOf(sha256(answer)),
      questionCid: cidOf(value.question),
      digest,
      signature,
      message: toHex(encodeKnowledge({ answer, signature, body })),
    },
  }
}
