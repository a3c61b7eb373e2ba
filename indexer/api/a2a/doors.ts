import { A2A_VERSION_HEADER } from '@a2a-js/sdk'
import { JsonRpcTransportHandler, ServerCallContext, validateVersion } from '@a2a-js/sdk/server'
import type { Request, RequestHandler } from 'express'
import type { AgentView } from '../../views/agent.ts'
import { type Door, type DoorInit, jsonRpc } from '../json-rpc.ts'
import { agent } from '../routes/agents.ts'
import { agentPath, MARKET_PATH, marketCard } from './card.ts'
import { Desk } from './desk.ts'
import { Tasks } from './tasks.ts'

/** Of what the protocol's methods are, the one by which something is done. */
const isAction = (message: unknown) => (message as { method?: unknown } | null)?.method === 'SendMessage'
/** JSON-RPC: a fault of the server's, and of the parameters. */
const INTERNAL_ERROR = -32_603
const INVALID_PARAMS = {
  code: -32_602,
  message: 'Invalid params: the specification of A2A 1.0 has their form.',
}

/**
 * Has tasks done by agents of the market, or by whichever answers (Agent2Agent protocol 1.0, JSON-RPC binding). Tasks are kept
 * in memory.
 *
 * @returns the market's endpoint, and an agent's
 */
export function a2aDoors(init: DoorInit): Door[] {
  const { context, feed, watches: turns, stop, logger } = init
  const desk = { context, feed, tasks: new Tasks(), turns, stop, logger }
  const answer = async (request: Request, seller?: AgentView) => {
    const { id = null } = request.body as { id?: unknown }
    try {
      const requestedVersion = request.get(A2A_VERSION_HEADER) ?? ''
      validateVersion(requestedVersion, marketCard(context.url), 'JSONRPC')
      const rpc = new JsonRpcTransportHandler(new Desk(desk, seller, request))
      const answered = await rpc.handle(request.body, new ServerCallContext({ requestedVersion }))
      const told = Symbol.asyncIterator in answered ? (await answered.next()).value : answered
      // What is refused says why: what is left are forms that the codecs stumble over.
      const isMalformed = (told as { error?: { code?: number } } | undefined)?.error?.code === INTERNAL_ERROR
      return isMalformed ? { jsonrpc: '2.0', id, error: INVALID_PARAMS } : told
    } catch (error) {
      return { jsonrpc: '2.0', id, error: JsonRpcTransportHandler.mapToJSONRPCError(error) }
    }
  }
  const before = jsonRpc(init, isAction)
  const ofMarket: RequestHandler = async (request, response) => {
    response.json(await answer(request))
  }
  const ofAgent: RequestHandler = async (request, response) => {
    const { data } = (await agent.answer(request.params, context, request)) as { data: AgentView }
    response.json(await answer(request, data))
  }
  return [
    { path: MARKET_PATH, handlers: [...before, ofMarket] },
    { path: agentPath('{agentId}'), handlers: [...before, ofAgent] },
  ]
}
