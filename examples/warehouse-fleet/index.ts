/**
 * Robots that hand tasks to one another for money, go on while the warehouse is cut off from the chain, and settle afterwards.
 *
 *     npm start                                  # in one terminal
 *     npm run -s example -- warehouse-fleet      # in another
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { FoundAgent, MeshNetwork } from '@mesh/sdk'
import { dollars, settleAll } from '../support/deals.ts'
import { findAll, runInMarket } from '../support/program.ts'
import { chainLink } from './chain-link.ts'
import { nearest, type Place, type Task, wayOf } from './floor.ts'

const CARRY = 'warehouse.carry'
/** What a task that was handed over costs, in minor units of the test dollar; and how many are paid into escrow ahead. */
const [PRICE, PAID_AHEAD] = [20_000n, 20]

interface Robot {
  readonly name: string
  readonly agent: MeshNetwork
  at: Place
}

/** Tasks of a shift; each comes to some robot, which does it itself or hands it to one that is nearer. */
const tasksFrom = (first: number): Task[] =>
  Array.from({ length: 9 }, (_, index) => {
    const number = first + index
    return {
      name: `task-${number}`,
      from: [(number * 17) % 40, (number * 11) % 30],
      to: [(number * 7) % 40, 0],
    }
  })

await runInMarket(async (market) => {
  // 1. A fleet of one warehouse. All its robots reach the chain over one line.
  const link = await chainLink(market.network.rpcUrl)
  const robots: Robot[] = []
  for (const [name, at] of [
    ['robot-1', [0, 0]],
    ['robot-2', [20, 15]],
    ['robot-3', [39, 29]],
  ] as const) {
    const network = { ...market.network, rpcUrl: link.url }
    const agent = await market.join(name, { network, capabilities: [CARRY] }, { balance: 2_000_000n })
    const robot: Robot = { name, agent, at }
    agent.serve(
      CARRY,
      (question) => {
        const task = JSON.parse(new TextDecoder().decode(question)) as Task
        const way = wayOf(robot.at, task)
        robot.at = task.to
        // Its signature under the answer is the receipt.
        return `${task.name} carried, ${way} m`
      },
      { price: PRICE },
    )
    robots.push(robot)
  }

  // 2. Each finds the others, and pays ahead for tasks that it will hand over: a first task opens the tab.
  const others = new Map<Robot, Map<Robot, FoundAgent>>()
  for (const robot of robots) {
    const rest = robots.filter((each) => each !== robot)
    const records = await findAll(
      market,
      robot.agent,
      CARRY,
      rest.map(({ agent }) => agent),
    )
    others.set(robot, new Map(rest.map((other, index) => [other, records[index] as FoundAgent])))
  }
  const handOver = async (giver: Robot, taker: Robot, task: Task) => {
    const options = { maxPrice: PRICE, requests: PAID_AHEAD }
    const { text } = await giver.agent.request(others.get(giver)?.get(taker), JSON.stringify(task), options)
    console.log(`${giver.name} handed over to ${taker.name}: ${text}, for ${dollars(PRICE)}`)
  }
  for (const giver of robots) {
    for (const taker of robots)
      if (taker !== giver)
        await handOver(giver, taker, { name: `trial of ${giver.name}`, from: taker.at, to: taker.at })
  }
  const work = async (tasks: readonly Task[]) => {
    for (const [index, task] of tasks.entries()) {
      const giver = robots[index % robots.length] as Robot
      const taker = nearest([giver, ...robots.filter((each) => each !== giver)], task)
      if (taker !== giver) await handOver(giver, taker, task)
      else {
        console.log(`${giver.name} carried ${task.name} itself, ${wayOf(giver.at, task)} m`)
        giver.at = task.to
      }
    }
  }
  await work(tasksFrom(1))

  // 3. The line is cut: no chain. What was paid ahead is in escrow, and promises are signed from robot to robot.
  link.cut()
  console.log('PARTITION: the warehouse is cut off from the chain')
  const isCut = await robots[0]?.agent.account.balance().then(
    () => false,
    () => true,
  )
  console.log(
    isCut ? 'the chain does not answer; the robots go on' : 'the chain answers still: something is wrong',
  )
  await work(tasksFrom(10))
  await delay(1_000, undefined, { signal: market.signal })

  // 4. The line is mended, and all that was handed over is settled, that of the time without a chain, too.
  link.mend()
  console.log('the line is mended')
  await settleAll(
    market,
    robots.map(({ agent }) => agent),
    new Map(robots.map(({ name, agent }) => [agent.address, name])),
    'tasks',
  )
})
