/**
 * Robots that hand tasks to one another for money, go on while their halls are cut off from each other and from the chain.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- warehouse-fleet      # in another
 */
import { settleAll } from '../support/deals.ts'
import { Lines } from '../support/lines.ts'
import { eventually, findAll, runInMarket } from '../support/program.ts'
import { tasksFrom } from './floor.ts'
import { CARRY, startRobot, WHERE } from './robot.ts'

/** Two halls, and where their robots are at first. */
const FLEET = [
  { name: 'robot-1', hall: 'north', at: [0, 0] },
  { name: 'robot-2', hall: 'north', at: [39, 5] },
  { name: 'robot-3', hall: 'south', at: [5, 20] },
  { name: 'robot-4', hall: 'south', at: [39, 29] },
] as const
/** What each pays with, in minor units of the test dollar. */
const BALANCE = 2_000_000n

await runInMarket(async (market) => {
  // 1. A fleet with a mesh of its own, over lines that can be cut.
  await using lines = new Lines(market)
  const robots: ReturnType<typeof startRobot>[] = []
  for (const { name, hall, at } of FLEET) {
    const agent = await lines.join(name, hall, { capabilities: [WHERE, CARRY] }, { balance: BALANCE })
    robots.push(startRobot(name, agent, at))
  }

  // 2. Each finds the others, and pays ahead for tasks that it will hand over: a first task opens the tab.
  const meet = async (robot: (typeof robots)[number]) => {
    const trial = { name: `trial of ${robot.name}`, from: [0, 0], to: [0, 0] } as const
    for (const { name, agent } of robots.filter((other) => other !== robot)) {
      robot.others.set(name, (await findAll(market, robot.agent, CARRY, [agent]))[0])
      await robot.handOver(name, trial)
    }
  }
  await Promise.all(robots.map(meet))
  const work = async (first: number) => {
    for (const [index, task] of tasksFrom(first).entries()) await robots[index % robots.length]?.take(task)
  }
  await work(1)

  // 3. What was paid ahead is in escrow, and promises are signed from robot to robot: no chain is needed to go on.
  lines.cut()
  console.log('PARTITION: the halls are cut off from each other and from the chain')
  const chain = await robots[0]?.agent.account.balance().catch(() => 'no chain')
  for (const { name, look } of robots) {
    const near = (await look()).map((other) => other.name)
    console.log(`${name} reaches ${near.join(', ') || 'nobody'}, and ${chain}; it goes on`)
  }
  await work(10)

  // 4. The lines are mended; the halls find each other again, and all is settled, what was done without a chain, too.
  lines.mend()
  console.log('the lines are mended')
  await eventually(market, 'reaches everybody', async () => {
    const reached = await Promise.all(robots.map(({ look }) => look()))
    return reached.every(({ length }) => length === robots.length - 1) || undefined
  })
  await work(19)
  await settleAll(market, robots, 'tasks')
})
