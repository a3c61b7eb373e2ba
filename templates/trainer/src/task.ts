/** A task to try the trainer with, and who evaluates it: two agents, who are somebody else. `npm run task` runs it. */
import { MeshNetwork, readNetwork, type TaskTerms } from '@mesh/sdk'
import { readings } from './strategy.ts'

/** Seconds of each of the five phases: long ones where agents are slow. */
const PHASE = Number(process.env.MESH_PHASE_SECONDS ?? 20)
const STAKE = 1_000_000n
const BUDGET = 20_000_000n

const terms: TaskTerms = {
  // Two numbers to two classes: four weights and two biases.
  model: {
    network: { kind: 'softmax', layers: [2, 2] },
    parameters: new Float32Array(6),
    ...{ scale: 2 ** 20, damping: 20, maxNorm: 1 },
  },
  // By which updates are scored. It stays here until they are revealed.
  hiddenSet: readings(1, 200),
  ...{ reward: 10_000_000n, evaluationFee: 900_000n, aggregationFee: 100_000n },
  ...{ participantStake: STAKE, evaluatorStake: STAKE },
  ...{ rule: 'trimmed-mean', trim: 0, maxParticipants: 16, panel: 1, clip: 10 },
  phases: { commit: PHASE, reveal: PHASE, attest: PHASE, score: PHASE, close: PHASE },
}

const market = await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787').catch(stop)
const requester = await join(BUDGET)
const evaluator = await join(0n)
await evaluator.account.ensureLearningStake('evaluator', STAKE)
const round = await requester.learning.open(terms).catch(stop)
await evaluator.learning.evaluate(round.id)
console.log(`asking for a better model, for about ${(6 * PHASE) / 60} minutes`)
let phase = ''
await round.until((moment) => {
  if (moment.phase !== phase) console.log(moment.phase)
  phase = moment.phase
  return moment.view.settled !== undefined
})
const result = await round.result()
const { participants } = (await round.until(() => true)).view
const count = `${participants.length} ${participants.length === 1 ? 'agent' : 'agents'}`
console.log(result ? `a better model, by ${count}: ${result.content}` : `no result; ${count} took part`)
await Promise.all([requester.disconnect(), evaluator.disconnect()])

async function join(balance: bigint): Promise<MeshNetwork> {
  const network = new MeshNetwork({ network: market, directory: false, capabilities: ['learn.train'] })
  await network.connect().catch(stop)
  await network.account.ensureTestGas(10n ** 18n)
  await network.account.ensureTestDollars(balance + STAKE)
  await network.enroll({ agentURI: 'data:,task', stake: 0n, balance })
  return network
}

function stop(error: Error): never {
  console.error(error.message)
  process.exit(1)
}
