/**
 * Trains a model together with strangers, on digits that stay here, and is paid for what its update is worth. See README.md.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- model-trainer        # in another; MESH_API says which market, if it is not the one here
 */
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  accuracy,
  type Examples,
  formatMoney,
  joinMarket,
  type LearningRound,
  type MarketStanding,
  type MeshNetwork,
  mlp,
  partition,
  readNetwork,
  runAgent,
  uniformDraws,
} from '@mesh/sdk'
import { readDigits, termsOf, trainerOn } from './lesson.ts'

const FOLDER = new URL('../../data/learning/', import.meta.url)
/** What vouches for each agent's word until its part is done, in minor units. */
const STAKE = 2_000_000n
const [PARTICIPANTS, PANEL] = [3, 3]

type Join = (standing: MarketStanding) => Promise<MeshNetwork>

await runAgent(async (signal) => {
  const training = await digits('optdigits.tra')
  const unseen = await digits('optdigits.tes')
  const [own, ...others] = partition(training, PARTICIPANTS, 'iid', uniformDraws(7))
  const network = await readNetwork(process.env.MESH_API ?? 'http://127.0.0.1:8787', { signal })
  const common = { network, capabilities: ['learn.train'] }
  const directory = join(process.env.MESH_HOME ?? join(homedir(), '.mesh-agent'), 'model-trainer')
  await using trainer = await joinMarket({ ...common, directory }, { participantStake: STAKE }, { signal })
  console.log(`${trainer.address} trains on ${own?.rows} handwritten digits, which stay here`)

  await using helpers = new AsyncDisposableStack()
  const bring: Join = async (standing) =>
    helpers.use(await joinMarket({ ...common, directory: false }, standing, { signal }))
  if ((await trainer.learning.tasks()).length === 0) await request(bring, others, unseen)
  const done = new Set<string>()
  for (;;) {
    for (const { id, task } of await trainer.learning.tasks()) {
      if (done.has(id)) continue
      done.add(id)
      console.log(
        `taking part in ${id}: ${money(task.reward)} for up to ${task.maxParticipants} participants`,
      )
      const before = await trainer.account.balance({ signal })
      const round = await trainer.learning.participate(id, trainerOn(own as Examples, 1))
      await tell(round, unseen, signal)
      const earned = (await trainer.account.balance({ signal })) - before
      console.log(`paid: ${money(earned)} for this agent's update`)
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
async function request(join: Join, others: readonly Examples[], unseen: Examples): Promise<void> {
  console.log(
    `Nobody has a task, so this program brings a requester, ${others.length} other participants and ${PANEL} evaluators`,
  )
  const requester = await join({ balance: 11_000_000n })
  const participants = await Promise.all(others.map(() => join({ participantStake: STAKE })))
  const evaluators = await Promise.all(Array.from({ length: PANEL }, () => join({ evaluatorStake: STAKE })))
  const hidden = partition(unseen, 4, 'iid', uniformDraws(3))[0] as Examples
  const { id } = await requester.learning.open(termsOf(hidden, PARTICIPANTS, PANEL))
  for (const [index, { learning }] of participants.entries()) {
    await learning.participate(id, trainerOn(others[index] as Examples, index + 2))
  }
  for (const { learning } of evaluators) await learning.evaluate(id)
}

async function digits(file: string): Promise<Examples> {
  return readDigits(await readFile(new URL(file, FOLDER), 'utf8'), file)
}

function money(minorUnits: bigint): string {
  return `${formatMoney(minorUnits, 4)} test dollars`
}
