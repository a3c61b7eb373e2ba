import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { privateKeyToAccount } from 'viem/accounts'
import { type Address, MeshNetwork, type RoundResult } from '../../../agent/index.ts'
import { startChain } from '../../../community/chain.ts'
import { type Check, differs } from '../../../community/check.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { driveClock } from '../../../community/driven-clock.ts'
import { openGasStation } from '../../../community/gas-money.ts'
import { deploy } from '../../../scripts/deploy.ts'
import type { Progress } from '../../replay/progress.ts'
import type { TemporaryMarket } from '../../replay/temporary-market.ts'
import { type Lesson, termsOf } from './lesson.ts'
import { play } from './pace.ts'

/** Where the agents are: a cell of northern Germany. */
const AREA = '871f8d099ffffff'
/** Minor units that the requester has for each round, and what everybody stakes. */
const BUDGET = 20_000_000n
const STAKE = 2_000_000n

/** An agent, and what it has earned. */
interface Earner {
  role: 'participant' | 'evaluator'
  address: Address
  /** Minor units, by rounds. */
  earned: bigint[]
}

/** What rounds came to. */
export interface RoundsReport {
  /** Share of the digits told: before the first round, and after each. */
  told: number[]
  earners: Earner[]
  /** Minor units that the requester spent in each round. */
  spent: bigint[]
  /** Digest of the last model's content. */
  content: string
  checks: Check[]
}

/**
 * Plays rounds of learning with real agents over libp2p and a chain of their own.
 *
 * @throws what chain and agents throw; the reason of the signal
 */
export async function runRounds(
  lesson: Lesson,
  agents: { participants: number; evaluators: number },
  { directory, progress, signal }: TemporaryMarket<Progress>,
): Promise<RoundsReport> {
  await using resources = new AsyncDisposableStack()
  const log = createWriteStream(join(directory, 'agents.log'))
  resources.defer(() => void log.end())
  const count = agents.participants + agents.evaluators + 1
  progress.say(`Starting a local chain with the contracts, and ${count} agents`)
  const { rpcUrl, stop } = await startChain(join(directory, 'chain.log'))
  resources.defer(stop)
  const deployment = await deploy({ rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY), signal })
  const giveGasMoney = await openGasStation(rpcUrl)
  const clock = driveClock(rpcUrl)

  async function enter(bootstrapPeers: string[], balance: bigint): Promise<MeshNetwork> {
    const agent = new MeshNetwork({
      network: { deployment, rpcUrl, bootstrapPeers, area: AREA },
      capabilities: ['learn.train'],
      directory: false,
      onError: (error) => log.write(`${new Date().toISOString()} ${inspect(error)}\n`),
    })
    resources.defer(() => agent.disconnect())
    await giveGasMoney([(await agent.load()).address])
    await agent.connect({ signal })
    await agent.account.ensureTestDollars(balance + 2n * STAKE, { signal })
    await agent.enroll({ agentURI: 'data:,learner', stake: 0n, balance }, { signal })
    return agent
  }

  const requester = await enter([], BUDGET * BigInt(lesson.hidden.length))
  const people: { role: Earner['role']; agent: MeshNetwork; earned: bigint[] }[] = []
  for (const role of ['participant', 'evaluator'] as const) {
    for (let i = 0; i < agents[`${role}s`]; i++) {
      const agent = await enter(requester.endpoints, 0n)
      await agent.account.ensureLearningStake(role, STAKE, { signal })
      people.push({ role, agent, earned: [] })
    }
  }
  const participants = people.filter(({ role }) => role === 'participant')
  const everybody = [requester, ...people.map(({ agent }) => agent)]
  const balances = () => Promise.all(people.map(({ agent }) => agent.account.balance({ signal })))

  let base = lesson.start
  const told = [lesson.told(base)]
  const spent: bigint[] = []
  const checks: Check[] = []
  let result: RoundResult | undefined
  for (const [number, hiddenSet] of lesson.hidden.entries()) {
    const [before, budget] = await Promise.all([balances(), requester.account.balance({ signal })])
    const round = await requester.learning.open(termsOf(base, hiddenSet, agents), { signal })
    for (const [index, { agent }] of participants.entries()) {
      await agent.learning.participate(round.id, lesson.trainer(index, number))
    }
    for (const { role, agent } of people) if (role === 'evaluator') await agent.learning.evaluate(round.id)
    const say = (phase: string) => progress.say(`Round ${number + 1} of ${lesson.hidden.length}: ${phase}`)
    const all = { ...agents, areDone: () => everybody.every((agent) => agent.learning.rounds().length === 0) }
    const { view } = await play(round, all, clock, say, signal)
    result = await round.result({ signal })
    const after = await balances()
    for (const [i, person] of people.entries()) person.earned.push((after[i] ?? 0n) - (before[i] ?? 0n))
    spent.push(budget - (await requester.account.balance({ signal })))
    checks.push({
      name: `round${number + 1}ByScore`,
      fault:
        view.settled?.byScore && result !== undefined
          ? undefined
          : 'it was not paid by score, or has no result',
    })
    const parameters = result?.model.parameters ?? base
    told.push(lesson.told(parameters))
    base = number + 1 < lesson.hidden.length ? lesson.movedOn(base, parameters, number + 1) : parameters
  }
  const earned = people.reduce((sum, person) => sum + total(person.earned), 0n)
  checks.push({ name: 'moneyConserved', fault: differs('what was earned', total(spent), earned) })
  return {
    told,
    earners: people.map(({ role, agent, earned: by }) => ({ role, address: agent.address, earned: by })),
    spent,
    content: result?.content ?? '',
    checks,
  }
}

function total(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n)
}
