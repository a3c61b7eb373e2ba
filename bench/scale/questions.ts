import { AsyncLocalStorage } from 'node:async_hooks'
import { QueryProtocol } from '../../agent/protocols/agent-discovery/query-protocol.ts'

/** By peer id, how often it was asked by the searches of agents in this process. */
export const questions = new Map<string, number>()

const starting = new AsyncLocalStorage<{ protocol?: QueryProtocol }>()
const { ask, start } = QueryProtocol.prototype

QueryProtocol.prototype.ask = function counted(askable, ...rest) {
  const peer = askable.peer.toString()
  questions.set(peer, (questions.get(peer) ?? 0) + 1)
  return ask.call(this, askable, ...rest)
}
QueryProtocol.prototype.start = function noticed() {
  const store = starting.getStore()
  if (store !== undefined) store.protocol = this
  return start.call(this)
}

/** Asks a peer a question for one agent, which is not counted. @throws as `QueryProtocol.ask` */
export type Use = (peer: Parameters<typeof ask>[0], capability: string, timeout: number) => Promise<void>

/**
 * Connects an agent, and gives a way to use others as it would: the SDK without a chain has no other request that reaches
 * an agent which was found.
 */
export async function withUse(connect: () => Promise<void>): Promise<Use> {
  const store: { protocol?: QueryProtocol } = {}
  await starting.run(store, connect)
  return async (peer, capability, timeout) => {
    if (store.protocol === undefined) throw new Error('the agent answers no questions')
    const query = { capabilities: [capability], where: [], limit: 1 }
    await ask.call(store.protocol, peer, query, async () => {}, AbortSignal.timeout(timeout))
  }
}
