import { expect } from 'chai'
import { bytesToHex } from 'viem'
import { chunkRoot, encodeChunks } from '../../../../agent/learning/chunk-tree.ts'
import { encodeFixedPoint } from '../../../../agent/learning/rounds/index.ts'
import { Results } from '../../../../agent/protocols/learning/results.ts'
import { keccak } from '../../../../protocol/keccak.ts'
import type { Hex } from '../../../../protocol/types.ts'
import { exchangeOf, momentOf, OTHER, participantOf, partsOf, TASK } from './support/round.ts'

const hexOf = (byte: number): Hex => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`
const rootOf = (values: Int32Array) => bytesToHex(chunkRoot(encodeChunks(values, TASK.chunkSize), keccak))
const UPDATE = Int32Array.of(30, 10)
const WRONG = Int32Array.of(30, 11)
const CONTENT = hexOf(0xc0)
const WRONG_CONTENT = hexOf(0xc1)

const proposalOf = (root: Hex, contentId: Hex) => ({
  root,
  contentId,
  agentId: 7n,
  status: 'standing' as const,
})
const participants = [participantOf(OTHER, { updateRoot: rootOf(UPDATE), contentId: CONTENT })]
/** Of proposals that nobody can have there are many, and they came first. */
const vain = Array.from({ length: 20 }, (_, i) => proposalOf(hexOf(i + 1), hexOf(i + 0x21)))
const wrong = proposalOf(rootOf(WRONG), WRONG_CONTENT)

function resultsOf(asked: Hex[] = []) {
  const contents = { [CONTENT]: encodeFixedPoint(UPDATE), [WRONG_CONTENT]: encodeFixedPoint(WRONG) }
  const parts = partsOf({ content: exchangeOf(contents, asked), chain: { counted: async () => 1n } })
  return { ...parts, results: new Results(parts.components) }
}

describe('the challenge of a proposed aggregate', () => {
  it('asks for one proposal at a time, so that none keeps an agent from its other deeds', async () => {
    const asked: Hex[] = []
    const { results, sent } = resultsOf(asked)
    const moment = momentOf('score', 310n, { participants, proposals: [...vain, wrong] })
    await results.challenge(moment, 0)
    expect(asked).to.deep.equal([CONTENT, hexOf(0x21)])
    for (let i = 0; i < vain.length; i++) await results.challenge(moment, 0)
    expect(sent.map(({ name }) => name)).to.deep.equal(['challenge'])
  })

  it('is one agent after the other, from when it was seen, and everybody when time runs out', async () => {
    const { results, sent } = resultsOf()
    const at = (now: bigint) =>
      momentOf(now > 400n ? 'close' : 'score', now, { participants, proposals: [wrong] })
    await results.challenge(at(310n), 3)
    await results.challenge(at(315n), 3)
    expect(sent).to.deep.equal([])
    await results.challenge(at(316n), 3)
    expect(sent).to.have.length(1)
    await results.challenge(at(449n), 1_000)
    expect(sent).to.have.length(1)
    await results.challenge(at(450n), 1_000)
    expect(sent).to.have.length(2)
  })

  it('leaves the right one alone', async () => {
    const asked: Hex[] = []
    const { results, sent } = resultsOf(asked)
    const right = proposalOf(rootOf(UPDATE), CONTENT)
    await results.challenge(momentOf('close', 490n, { participants, proposals: [right] }), 0)
    expect(sent).to.deep.equal([])
  })
})
