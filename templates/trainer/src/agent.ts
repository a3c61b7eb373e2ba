/** An agent that trains models with others: it takes part in tasks, and is paid for what its updates are worth. `npm start` runs it. */
import {
  formatMoney,
  type Hex,
  joinMarket,
  type MeshNetwork,
  notes,
  readNetwork,
  runAgent,
  untilMarketEnds,
} from '@mesh/sdk'
import { improve, objectionTo, readings } from './strategy.ts'

const API = process.env.MESH_API ?? 'http://127.0.0.1:8787'
/** How often it looks for tasks, in milliseconds. */
const LOOK_INTERVAL = 2_000
const AGREED = 'agreed'
/** Prints what went wrong and was dealt with, at most once a minute. */
const note = notes()
const own = readings(Math.floor(Math.random() * 2 ** 31), 400)
/** What was said of which task: that it takes part, or why not. */
const said = new Map<Hex, string>()

await runAgent(async (signal) => {
  const market = await readNetwork(API, { signal })
  await using network = await joinMarket(
    { network: market, directory: '.agent', capabilities: ['learn.train'], onError: note },
    { agentURI: 'data:,trainer' },
    { signal },
  )
  console.log(`looking for tasks as ${network.address}`)
  let isLooking = false
  using _timer = setInterval(async () => {
    if (isLooking) return
    isLooking = true
    await look(network).catch(note)
    isLooking = false
  }, LOOK_INTERVAL)
  await untilMarketEnds(API, market, { signal })
})

/** Takes part in each task that is new, and worth it. */
async function look(network: MeshNetwork): Promise<void> {
  for (const { id, task } of await network.learning.tasks()) {
    if (said.get(id) === AGREED) continue
    const rounds = network.learning.rounds()
    // What it took part in before it was started again is staked already.
    if (!rounds.some((round) => round.id === id)) {
      const staked = rounds.reduce((sum, round) => sum + round.task.participantStake, 0n)
      const objection = objectionTo(task, staked)
      if (objection !== undefined) {
        if (said.get(id) !== objection) console.log(`passed over: ${objection}`)
        said.set(id, objection)
        continue
      }
      await network.account.ensureTestDollars(task.participantStake)
      await network.account.ensureLearningStake('participant', task.participantStake)
    }
    const balance = await network.account.balance()
    const round = await network.learning.participate(id, (model) => improve(model, own))
    said.set(id, AGREED)
    console.log(`agreed: to train for a share of ${formatMoney(task.reward, 4)} test dollars`)
    round.over().then(async () => {
      const earned = (await network.account.balance()) - balance
      console.log(`settled: ${formatMoney(earned, 4)} test dollars`)
    }, note)
  }
}
