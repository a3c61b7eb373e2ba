import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { ChainClient } from '../../../../agent/chain/client.ts'
import type { Wallet } from '../../../../agent/chain/wallet.ts'
import { memoryJournal } from '../../../../agent/policy/journal.ts'
import { LearningRecords } from '../../../../agent/policy/learning-records.ts'
import { Learning } from '../../../../agent/protocols/learning/learning.ts'
import type { TaskTerms } from '../../../../agent/protocols/learning/terms.ts'
import type { Deployment } from '../../../../protocol/deployment.ts'
import { ChainError } from '../../../../protocol/errors.ts'
import { AGENT, exchangeOf, MODEL, OTHER } from './support/round.ts'

const TERMS: TaskTerms = {
  model: MODEL,
  hiddenSet: { rows: 2, inputs: Float32Array.of(1, 2), targets: Float32Array.of(1, 2) },
  ...{ reward: 10n, participantStake: 1n, evaluatorStake: 1n, rule: 'median', maxParticipants: 4, panel: 1 },
  clip: 1,
  phases: { commit: 3600, reveal: 10, attest: 10, score: 10, close: 10 },
}

/** What is left of a task that a wallet fails to open. */
async function afterFailure(failure: unknown, terms = TERMS, isWaitedFor = false) {
  const clock = { now: 1n }
  const unpinned: string[] = []
  const unpin = async (digest: string) => void unpinned.push(digest)
  const records = new LearningRecords(memoryJournal())
  let sent = 0
  const send = async () => {
    sent += 1
    throw failure
  }
  const client = {
    getBlockNumber: async () => 5n,
    readContract: async ({ functionName }: { functionName: string }) =>
      functionName === 'roundOf' ? { status: 0, paidSeats: 0 } : OTHER,
    request: async () => [],
  }
  const contracts = { learningRegistry: OTHER, testDollar: OTHER }
  const deployment = { chainId: 1, contracts, fromBlock: 0, salt: `0x${'00'.repeat(32)}` }
  const learning = new Learning({
    agent: AGENT,
    chain: { client, now: async () => clock.now } as unknown as ChainClient,
    deployment: deployment as unknown as Deployment,
    wallet: { send } as unknown as Wallet,
    bindings: undefined as never,
    content: { ...exchangeOf({}), unpin },
    records,
    report: () => undefined,
  })
  const error = await learning.open(terms).catch((thrown: unknown) => thrown)
  const rounds = learning.rounds().length
  const [record] = records.open()
  clock.now = 1_000_000n
  while (isWaitedFor && learning.rounds().length > 0) await sleep(20)
  await learning.stop(new Error('left'))
  return { error, sent, rounds, record, records: records.open(), unpinned }
}

describe('a task that is opened', () => {
  it('is remembered with what opens its hidden set where the chain may have taken it after all', async () => {
    const late = new ChainError('TRANSACTION_FAILED', 'It did not get into a block in time.', { remedy: '' })
    const { error, rounds, records } = await afterFailure(late)
    expect(error).to.equal(late)
    expect(rounds).to.equal(1)
    expect(records[0]?.hidden?.salt).to.be.a('string')
  })

  it('leaves no room taken in the store for good', async function () {
    this.timeout(20_000)
    const late = new ChainError('TRANSACTION_FAILED', 'It did not get into a block in time.', { remedy: '' })
    const { record, records, unpinned } = await afterFailure(late, TERMS, true)
    expect(records).to.deep.equal([])
    expect(unpinned).to.deep.equal([record?.task.baseModel, record?.hidden?.setRoot])
  })

  it('is forgotten where the chain refused it', async () => {
    const refused = new ChainError('CALL_REVERTED', 'The chain refuses a call.', { remedy: '' })
    const { error, rounds, records } = await afterFailure(refused)
    expect(error).to.equal(refused)
    expect({ rounds, records }).to.deep.equal({ rounds: 0, records: [] })
  })

  it('is not opened with a hidden set by which nobody could score', async () => {
    const { hiddenSet } = TERMS
    const unfit = await afterFailure(undefined, {
      ...TERMS,
      hiddenSet: { ...hiddenSet, inputs: Float32Array.of(1, 2, 3, 4) },
    })
    expect(unfit.error).to.include({ code: 'SHAPE_MISMATCH' })
    const unknown = await afterFailure(undefined, {
      ...TERMS,
      model: { ...MODEL, network: { kind: 'softmax', layers: [1, 2] }, parameters: new Float32Array(4) },
      hiddenSet: { ...hiddenSet, targets: Float32Array.of(0, 2) },
    })
    expect(unknown.error).to.include({ code: 'CLASS_INVALID' })
    expect([unfit.sent, unknown.sent]).to.deep.equal([0, 0])
    expect([...unfit.records, ...unknown.records]).to.deep.equal([])
  })
})
