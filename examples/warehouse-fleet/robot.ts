import type { FoundAgent, MeshNetwork } from '@mesh/sdk'
import { dollars } from '../support/deals.ts'
import { answered } from '../support/program.ts'
import { nearest, type Place, type Task, wayOf } from './floor.ts'

/** Asks a robot where it is, for nothing; and has it carry something, for its price. */
export const [WHERE, CARRY] = ['warehouse.where', 'warehouse.carry']
/** What carrying costs, in minor units of the test dollar; and how many tasks are paid into escrow ahead. */
const [PRICE, PAID_AHEAD] = [20_000n, 20]
/** How long a robot may take to say where it is, in milliseconds. */
const PATIENCE = 2_000

/** Starts a robot: it carries tasks, and hands them to others that are nearer. @param at where it is at first */
export function startRobot(name: string, agent: MeshNetwork, at: Place) {
  /** As it found them, by their names. */
  const others = new Map<string, FoundAgent | undefined>()
  let place = at
  const carry = (task: Task) => {
    const way = wayOf(place, task)
    place = task.to
    return `${task.name} carried, ${way} m`
  }
  agent.serve(WHERE, () => JSON.stringify(place))
  // Its signature under the answer is the receipt.
  agent.serve(CARRY, (question) => carry(JSON.parse(new TextDecoder().decode(question))), { price: PRICE })

  /** Where those are that answer. */
  const look = () => {
    const ask = async ([other, record]: [string, FoundAgent | undefined]) => {
      const { text } = await agent.request(record, '', { capability: WHERE, timeout: PATIENCE })
      return { name: other, at: JSON.parse(text) as Place }
    }
    return answered([...others].map(ask))
  }
  /** Has another robot do a task; the first one that is handed to it pays for several ahead. */
  const handOver = async (other: string, task: Task) => {
    const options = { capability: CARRY, maxPrice: PRICE, requests: PAID_AHEAD }
    const { text } = await agent.request(others.get(other), JSON.stringify(task), options)
    console.log(`${name} handed over to ${other}: ${text}, for ${dollars(PRICE)}`)
  }
  /** Sees to a task: whichever robot is nearest of those that it reaches does it. */
  const take = async (task: Task) => {
    const taker = nearest([{ name, at: place }, ...(await look())], task)
    if (taker.name !== name) return handOver(taker.name, task)
    console.log(`${name} does it itself: ${carry(task)}`)
  }
  return { name, agent, others, look, handOver, take }
}
