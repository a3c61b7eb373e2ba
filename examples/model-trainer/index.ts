/**
 * Trains a model together with strangers, on digits that stay here, and is paid for what its update is worth. See README.md.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- model-trainer        # in another; MESH_API says which market, if it is not the one here
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { accuracy, type Examples, type LearningRound, mlp, partition, uniformDraws } from '@mesh/sdk'
import { dollars } from '../support/deals.ts'
import { homeOf, type Market, runInMarket } from '../support/program.ts'
import { readDigits, termsOf, trainerOn } from './lesson.ts'

const FOLDER = new URL('../../data/learning/', import.meta.url)
const TRAINS = { capabilities: ['learn.train'] }
/** What vouches for each agent's word until its part is done, in minor units. */
const STAKE = 2_000_000n
const [PARTICIPANTS, PANEL] = [3, 3]

await runInMarket(async (market) => {
  const { signal } = market
  const training = await digits('optdigits.tra')
  const unseen = await digits('optdigits.tes')
  const [own, ...others] = partition(training, PARTICIPANTS, 'iid', uniformDraws(7))
  const directory = homeOf('model-trainer')
  const trainer = await market.join('trainer', { ...TRAINS, directory }, { participantStake: STAKE })
  console.log(`${trainer.address} trains on ${own?.rows} handwritten digits, which stay here`)

  if ((await trainer.learning.tasks()).length === 0) await request(market, others, unseen)
  const done = new Set<string>()
  for (;;) {
    for (const { id, task } of await trainer.learning.tasks()) {
      if (done.has(id)) continue
      done.add(id)
      console.log(
        `taking part in ${id}: ${dollars(task.reward, 4)} for up to ${task.maxParticipants} participants`,
      )
      const before = await trainer.account.balance({ signal })
      const round = await trainer.learning.participate(id, trainerOn(own as Examples, 1))
      await tell(round, unseen, signal)
      const earned = (await trainer.account.balance({ signal })) - before
      console.log(`paid: ${dollars(earned, 4)} for this agent's update`)
    }
    await delay(5_000, undefined, { signal })
  }
})

/** Follows a round to its end. */
async function tell(round: LearningRound, unseen: Examples, signal: AbortSignal): Promise<void> {
  for (const phase of ['reveal', 'attest', 'score', 'close', 'over'] as const) {
    const { view } = await round.until((moment) => moment.phase === phase || moment.phase === 'over', {
      signal,
    })
    console.log(
      `${phase}: ${view.participants.length} updates committed, ${view.seats.length} evaluators drawn`,
    )
  }
  await round.over({ signal })
  const result = await round.result({ signal })
  if (result === undefined) return console.log('no result stands, and the reward is shared equally')
  const { network, parameters } = result.model
  const told = accuracy(mlp(network.layers), parameters, unseen)
  console.log(
    `the model that all made together tells ${(100 * told).toFixed(1)}% of ${unseen.rows} unseen digits`,
  )
}

/** Has a model trained. Everybody but the trainer is in this program, because in a market there may be nobody. */
async function request(market: Market, others: readonly Examples[], unseen: Examples): Promise<void> {
  console.log('Nobody has a task, so this program brings a requester, other participants and evaluators')
  const requester = await market.join('requester', TRAINS, { balance: 11_000_000n })
  const hidden = partition(unseen, 4, 'iid', uniformDraws(3))[0] as Examples
  const join = (name: string, stake: object) => market.join(name, TRAINS, stake)
  const participants = others.map((_, index) => join(`participant ${index + 2}`, { participantStake: STAKE }))
  const panel = Array.from({ length: PANEL }, () => join('evaluator', { evaluatorStake: STAKE }))
  const agents = await Promise.all([...participants, ...panel])
  const { id } = await requester.learning.open(termsOf(hidden, PARTICIPANTS, PANEL))
  for (const [index, { learning }] of agents.entries()) {
    const own = others[index]
    await (own === undefined ? learning.evaluate(id) : learning.participate(id, trainerOn(own, index + 2)))
  }
}

async function digits(file: string): Promise<Examples> {
  return readDigits(await readFile(new URL(file, FOLDER), 'utf8'), file)
}
