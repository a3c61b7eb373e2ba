/**
 * Plants that learn together what is normal, without showing their readings, and buy alerts by the model that comes of it.
 *
 *     npm start                                      # in one terminal
 *     npm run -s example -- predictive-maintenance   # in another
 */
import { aggregationRule, localUpdate, sgd, train, uniformDraws } from '@mesh/sdk'
import { settleAll } from '../support/deals.ts'
import { findAll, runInMarket } from '../support/program.ts'
import { deviations, examplesOf, firstAlert, model, type Reading, simulate } from './anomaly.ts'

/** A plant tells by how much its readings move the model; the guard tells, for money, what is wrong with a day of readings. */
const [UPDATE, ALERT] = ['maintenance.update', 'maintenance.alert']
/** What a day's check costs, in minor units of the test dollar. */
const PRICE = 5_000n
const ROUNDS = 20
const LOCAL = { epochs: 2, batchSize: 24, optimiser: sgd(0.3) }

/** Plants, and the loads at which each has run so far: none has seen them all. */
const PLANTS: Record<string, [number, number]> = {
  ...{ 'plant-a': [0.1, 0.3], 'plant-b': [0.3, 0.5], 'plant-c': [0.5, 0.7] },
  ...{ 'plant-d': [0.7, 0.9], 'plant-e': [0.2, 0.8] },
}

const bytesOf = (values: Float32Array) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
const valuesOf = (bytes: Uint8Array) => new Float32Array(bytes.slice().buffer)

await runInMarket(async (market) => {
  const { signal } = market
  const seed = Number(process.env.MESH_SEED ?? '1')
  if (!Number.isSafeInteger(seed)) throw new Error('MESH_SEED is a whole number, such as 1')
  const draw = uniformDraws(seed)

  // 1. Each plant keeps its readings, and answers with what it would change in a model that it is shown.
  const plants = []
  for (const [name, loads] of Object.entries(PLANTS)) {
    const agent = await market.join(name, { capabilities: [UPDATE] }, { balance: 500_000n })
    const examples = examplesOf(simulate(draw, 24 * 14, loads))
    agent.serve(UPDATE, (shown) =>
      bytesOf(localUpdate({ model, local: LOCAL }, valuesOf(shown), examples, seed)),
    )
    plants.push({ name, agent, examples })
  }

  // 2. The guard has the model trained: one plant of the five may lie without moving it far.
  const priced = {
    name: ALERT,
    attributes: [{ name: 'price', type: 'range', min: PRICE, max: PRICE } as const],
  }
  const guard = await market.join('guard', { capabilities: [priced] })
  const agents = plants.map(({ agent }) => agent)
  const learners = await findAll(market, guard, UPDATE, agents)
  const combine = aggregationRule('trimmed-mean')
  let shared = new Float32Array(model.size)
  for (let round = 1; round <= ROUNDS; round++) {
    const answers = await Promise.all(learners.map((at) => guard.request(at, bytesOf(shared), { signal })))
    const updates = answers.map(({ body }) => valuesOf(body))
    const step = combine(updates, { f: 1 })
    shared = shared.map((value, index) => value + (step[index] ?? 0))
  }
  const unseen = simulate(draw, 24 * 7, [0.1, 0.9])
  const alone = { ...LOCAL, epochs: LOCAL.epochs * ROUNDS }
  const own = plants.map(({ examples }) => train(model, new Float32Array(model.size), examples, alone, draw))
  console.log(
    `${ROUNDS} rounds: at loads of all plants the shared model is ${errorOf(shared, unseen).toFixed(2)} mm/s off, ` +
      `each plant's own ${own.map((each) => errorOf(each, unseen).toFixed(2)).join(', ')} mm/s`,
  )

  // 3. It sells what it knows: a check per day of readings.
  guard.serve(ALERT, (question) => {
    const values = [...valuesOf(question)]
    const day = Array.from({ length: values.length / 4 }, (_, hour) => values.slice(4 * hour, 4 * hour + 4))
    return JSON.stringify(firstAlert(shared, day as unknown as Reading[]) ?? 'nothing')
  })

  // 4. Plants buy checks. Plant c runs at loads that are new to it, which is no fault; a bearing of plant d wears.
  for (const { name, agent } of plants) {
    const [at] = await findAll(market, agent, ALERT, [guard])
    const day = simulate(draw, 24, [0.4, 0.9], name === 'plant-d' ? 0.12 : 0)
    const question = bytesOf(Float32Array.from(day.flat()))
    const found = JSON.parse(
      (await agent.request(at, question, { maxPrice: PRICE, requests: 7, signal })).text,
    )
    const alert = `ALERT at hour ${found.hour}: vibration ${found.mean?.toFixed(2)} mm/s above what the work explains`
    console.log(`${name} had a day of readings checked: ${found === 'nothing' ? 'all is normal' : alert}`)
  }

  // 5. Each is charged on chain for the checks that it had; what was paid ahead for more comes back.
  await settleAll(market, [...plants, { name: 'guard', agent: guard }], 'check')
})

/** By how much a model misses the vibration, mm/s in the mean. */
function errorOf(parameters: Float32Array, readings: readonly Reading[]): number {
  return deviations(parameters, readings).reduce((sum, off) => sum + Math.abs(off), 0) / readings.length
}
