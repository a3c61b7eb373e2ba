/** A task to try the trainer with, and who evaluates it: two agents, who are somebody else. `npm run task` runs it. */
import { joinMarket, type MeshNetworkInit, readNetwork, runAgent, type TaskTerms } from '@mesh/sdk'
import { readings } from './strategy.ts'

/** Seconds of each of the five phases: long ones where agents are slow. */
const PHASE = Number(process.env.MESH_PHASE_SECONDS ?? 20)
const STAKE = 1_000_000n
/** Most that the task may cost: reward and fees. */
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

await runAgent(async (signal) => {
  const market = await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787', { signal })
  const init: MeshNetworkInit = { network: market, directory: false, capabilities: ['learn.train'] }
  await using requester = await joinMarket(init, { balance: BUDGET }, { signal })
  await using evaluator = await joinMarket(init, { evaluatorStake: STAKE }, { signal })
  const round = await requester.learning.open(terms, { signal })
  await evaluator.learning.evaluate(round.id)
  console.log(`asking for a better model, for about ${(6 * PHASE) / 60} minutes`)
  let phase = ''
  const { view } = await round.until(
    (moment) => {
      if (moment.phase !== phase) console.log(moment.phase)
      phase = moment.phase
      return moment.view.settled !== undefined
    },
    { signal },
  )
  const result = await round.result({ signal })
  const count = `${view.participants.length} ${view.participants.length === 1 ? 'agent' : 'agents'}`
  console.log(result ? `a better model, by ${count}: ${result.content}` : `no result; ${count} took part`)
})
