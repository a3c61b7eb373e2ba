/** Some listeners of a gossip benchmark in a process of their own; the parent tells it what to do. */
import { setTimeout as sleep } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { meshPeersOf } from '../../agent/network/mesh-peers.ts'
import { type Listener, publish, startListener, TOPIC } from './listener.ts'

/** Microseconds on a clock that all processes of a machine share. */
const microseconds = () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000))

export type Order =
  | { type: 'start'; count: number }
  | { type: 'dial'; targets: string[][] }
  | { type: 'publish'; count: number; pause: number }
  | { type: 'report' }
export type Report =
  | { type: 'started'; addresses: string[] }
  | { type: 'meshed' }
  | { type: 'published' }
  | { type: 'report'; latencies: number[]; cpu: number }

const listeners: Listener[] = []
const latencies: number[] = []
let cpu = process.cpuUsage()

const say = (report: Report) => void process.send?.(report)

const orders: { [T in Order['type']]: (order: Extract<Order, { type: T }>) => Promise<void> } = {
  async start({ count }) {
    for (let index = 0; index < count; index++) {
      const listener = await startListener()
      listener.intents.subscribe(
        ({ value }) => void latencies.push(Number(microseconds() - value.nonce) / 1000),
      )
      listeners.push(listener)
    }
    say({ type: 'started', addresses: listeners.map(({ node }) => String(node.getMultiaddrs()[0])) })
  },
  async dial({ targets }) {
    for (const [index, addresses] of targets.entries()) {
      const node = listeners[index]?.node
      await Promise.all(addresses.map((address) => node?.dial(multiaddr(address))))
    }
    while (!listeners.every(({ node }) => meshPeersOf(node.services.pubsub, TOPIC).length >= 3))
      await sleep(20)
    say({ type: 'meshed' })
  },
  async publish({ count, pause }) {
    latencies.length = 0
    cpu = process.cpuUsage()
    for (let index = 0; index < count; index++) {
      await publish(listeners[index % listeners.length] as Listener, index, microseconds())
      await sleep(pause)
    }
    say({ type: 'published' })
  },
  async report() {
    const { user, system } = process.cpuUsage(cpu)
    say({ type: 'report', latencies, cpu: (user + system) / 1000 })
  },
}

process.on('disconnect', () => process.exit(0))
process.on('message', (order: Order) => orders[order.type](order as never))
