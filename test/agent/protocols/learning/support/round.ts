import { bytesToHex } from 'viem'
import {
  encodeExamples,
  encodeModel,
  type LearningModel,
} from '../../../../../agent/learning/rounds/index.ts'
import { memoryJournal } from '../../../../../agent/policy/journal.ts'
import { LearningRecords } from '../../../../../agent/policy/learning-records.ts'
import type { Moment, RoleComponents } from '../../../../../agent/protocols/learning/role.ts'
import type { RoundChain } from '../../../../../agent/protocols/learning/round-chain.ts'
import { type RoundState, viewOf } from '../../../../../agent/protocols/learning/round-state.ts'
import { type ContentExchange, Workshop } from '../../../../../agent/protocols/learning/workshop.ts'
import { keccak } from '../../../../../protocol/keccak.ts'
import type { LearningTask } from '../../../../../protocol/learning.ts'
import type { Address, Hex } from '../../../../../protocol/types.ts'

export const AGENT: Address = '0x0000000000000000000000000000000000000011'
export const OTHER: Address = '0x0000000000000000000000000000000000000022'
const ID: Hex = `0x${'1d'.repeat(32)}`
const TOKEN: Address = '0x0000000000000000000000000000000000000033'

/** Phases of a hundred seconds, the first until 100. */
export const TASK: LearningTask = {
  requester: OTHER,
  token: TOKEN,
  baseModel: `0x${'ba'.repeat(32)}`,
  evaluationRoot: `0x${'ee'.repeat(32)}`,
  ...{ reward: 1_000n, evaluationFee: 10n, aggregationFee: 1n, participantStake: 5n, evaluatorStake: 5n },
  ...{ rule: 'median', trim: 0, maxParticipants: 64, panel: 1, clip: 1_000 },
  ...{ dimension: 2, chunkSize: 256, tolerance: 10 },
  ...{ commitUntil: 100n, revealUntil: 200n, attestUntil: 300n, scoreUntil: 400n, closeAt: 500n, nonce: 1n },
}

/** A line through two points, and what its requester scores by. */
export const MODEL: LearningModel = {
  network: { kind: 'linear', layers: [1, 1] },
  parameters: Float32Array.of(0, 0),
  ...{ scale: 100, damping: 20, maxNorm: 1 },
}
export const MODEL_FILE = encodeModel(MODEL)
export const SET_ROOT: Hex = `0x${'5e'.repeat(32)}`
export const SET_FILE = encodeExamples({
  rows: 2,
  inputs: Float32Array.of(1, 2),
  targets: Float32Array.of(1, 2),
})

/** Content that is to be had by its digest; what is not listed nobody gives. */
export function exchangeOf(contents: Record<Hex, Uint8Array>, asked: Hex[] = []): ContentExchange {
  return {
    put: async (bytes) => bytesToHex(keccak(bytes)),
    unpin: async () => undefined,
    async fetch(digest) {
      asked.push(digest)
      const bytes = contents[digest]
      if (bytes === undefined) throw new Error(`nobody gives ${digest}`)
      return bytes
    },
  }
}

/** What one role of a round works with: the real parts, but for the chain, which notes what is sent to it. */
export function partsOf({
  content,
  task = TASK,
  chain = {},
}: {
  content: ContentExchange
  task?: LearningTask
  /** What the chain answers, by the names of `RoundChain`. */
  chain?: Record<string, (...given: never[]) => unknown>
}) {
  const sent: { name: string; given: unknown[] }[] = []
  const onChain = new Proxy({} as RoundChain, {
    get: (_, name: string) =>
      chain[name] ??
      (async (...given: unknown[]) => {
        sent.push({ name, given })
      }),
  })
  const reported: unknown[] = []
  const report = (error: unknown) => reported.push(error)
  const { signal } = new AbortController()
  const records = new LearningRecords(memoryJournal())
  void records.enter(ID, task, 0n, 'evaluator')
  const record = records.of(ID)
  if (record === undefined) throw new Error('no record')
  const workshop = new Workshop({ id: ID, task, content, signal, report })
  const components: RoleComponents = {
    ...{ id: ID, task, record, records, agent: AGENT, onChain, workshop, report, signal },
  }
  return { components, sent, reported }
}

/** A participant's place, revealed or not. */
export function participantOf(
  participant: Address,
  revealed?: { updateRoot: Hex; contentId: Hex },
): RoundState['participants'][number] {
  return { agentId: 7n, participant, owner: participant, revealed, isSlashed: false, isClaimed: false }
}

/** A view of nothing, but for what is given. */
export function viewWith(more: Partial<RoundState>): RoundState {
  return { ...viewOf([]), ...more }
}

export function momentOf(phase: Moment['phase'], now: bigint, view: Partial<RoundState>): Moment {
  return { phase, now, view: viewWith(view) }
}
