import { expect } from 'chai'
import { bytesToHex, zeroHash } from 'viem'
import { chunkRoot, encodeChunks } from '../../../../agent/learning/chunk-tree.ts'
import { encodeExamples, encodeFixedPoint, encodeModel } from '../../../../agent/learning/rounds/index.ts'
import { Evaluator } from '../../../../agent/protocols/learning/evaluator.ts'
import { keccak } from '../../../../protocol/keccak.ts'
import type { Hex } from '../../../../protocol/types.ts'
import {
  AGENT,
  exchangeOf,
  MODEL,
  MODEL_FILE,
  momentOf,
  OTHER,
  participantOf,
  partsOf,
  SET_FILE,
  SET_ROOT,
  TASK,
} from './support/round.ts'

const UPDATE = Int32Array.of(30, 10)
const ROOT = bytesToHex(chunkRoot(encodeChunks(UPDATE, TASK.chunkSize), keccak))
const CONTENT: Hex = `0x${'c0'.repeat(32)}`
const DOMAIN = { name: 'test', version: '1', chainId: 1n, verifyingContract: OTHER, salt: zeroHash } as const
/** When nothing more is waited for. */
const LAST = 390n

const seat = { lot: 0, hasAttested: true, hasCommitted: false, hasRevealed: false, isClosed: false }
const view = {
  participants: [participantOf(OTHER, { updateRoot: ROOT, contentId: CONTENT })],
  lots: [{ agentId: 9n, evaluator: AGENT, owner: AGENT, isReleased: false }],
  seats: [{ ...seat, isClaimed: false }],
  hidden: { setRoot: SET_ROOT, uri: '' },
}

/** What an evaluator commits to at a time, of a round with this content. */
async function said(contents: Record<Hex, Uint8Array>, now: bigint) {
  const { components, sent, reported } = partsOf({
    content: exchangeOf({ [CONTENT]: encodeFixedPoint(UPDATE), ...contents }),
    chain: { counted: async () => 1n },
  })
  const role = new Evaluator({ ...components, domain: DOMAIN as never })
  const error = await role.act(momentOf('score', now, view)).catch((thrown: unknown) => thrown)
  return { sheet: components.record.scores, sent: sent.map(({ name }) => name), reported, error }
}

describe('an evaluator', () => {
  it('scores what counts', async () => {
    const { sheet, sent } = await said({ [TASK.baseModel]: MODEL_FILE, [SET_ROOT]: SET_FILE }, 301n)
    expect(sent).to.deep.equal(['commitScores'])
    expect(sheet).to.include({ resultRoot: ROOT })
    expect(sheet?.scores[0]).to.be.greaterThan(0)
  })

  const kept: Record<string, Record<Hex, Uint8Array>> = {
    'a hidden set that its requester gives nobody': { [TASK.baseModel]: MODEL_FILE },
    'a model that its requester gives nobody': { [SET_ROOT]: SET_FILE },
  }
  for (const [what, contents] of Object.entries(kept)) {
    it(`waits for ${what}, and at the last call says that there are no scores`, async () => {
      const early = await said(contents, 301n)
      expect(early).to.deep.include({ sheet: undefined, sent: [] })
      const late = await said(contents, LAST)
      expect(late.sent).to.deep.equal(['commitScores'])
      expect(late.sheet).to.deep.include({ scores: [], resultRoot: ROOT })
    })
  }

  it('is not silent where an update that counts is not to be had', async () => {
    const gone = { [CONTENT]: new Uint8Array(8) }
    expect(await said(gone, 301n)).to.deep.include({ sheet: undefined, sent: [] })
    const { sheet, sent } = await said(gone, LAST)
    expect(sent).to.deep.equal(['commitScores'])
    expect(sheet).to.deep.include({ scores: [], resultRoot: zeroHash })
  })

  it('gives no scores by a set that would take its memory, or its hours', async () => {
    const width = 20_000
    const model = encodeModel({
      ...MODEL,
      network: { kind: 'mlp', layers: [1, width, 2] },
      parameters: new Float32Array(2 * width + 2 * width + 2),
    })
    const rows = 50_000
    const set = encodeExamples({ rows, inputs: new Float32Array(rows), targets: new Float32Array(rows) })
    const update = new Int32Array(4 * width + 2)
    const root = bytesToHex(chunkRoot(encodeChunks(update, TASK.chunkSize), keccak))
    const { components, reported } = partsOf({
      task: { ...TASK, dimension: update.length },
      content: exchangeOf({
        ...{ [CONTENT]: encodeFixedPoint(update), [SET_ROOT]: set, [TASK.baseModel]: model },
      }),
      chain: { counted: async () => 1n },
    })
    const participants = [participantOf(OTHER, { updateRoot: root, contentId: CONTENT })]
    const role = new Evaluator({ ...components, domain: DOMAIN as never })
    await role.act(momentOf('score', 301n, { ...view, participants }))
    expect(components.record.scores?.scores).to.deep.equal([])
    expect(reported[0]).to.include({ code: 'EXAMPLES_REFUSED' })
  })
})
