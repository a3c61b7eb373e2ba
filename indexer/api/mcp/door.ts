import { AsyncLocalStorage } from 'node:async_hooks'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { RequestHandler } from 'express'
import { type Door, type DoorInit, jsonRpc } from '../json-rpc.ts'
import { isAction, mcpServer } from './server.ts'
import type { Asking } from './tool.ts'

/**
 * Serves the market to language models by the Model Context Protocol (streamable HTTP). No session is kept: each request is
 * answered by itself, in the revision that the client speaks.
 */
export function mcpDoor(init: DoorInit): Door {
  const { context, feed, watches, stop, logger } = init
  const asking = new AsyncLocalStorage<Asking>()
  const handler = createMcpHandler(() => mcpServer(asking.getStore() as Asking, logger))
  stop.addEventListener('abort', () => void handler.close(), { once: true })
  const serve = toNodeHandler(handler)
  const answer: RequestHandler = async (request, response) => {
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const signal = AbortSignal.any([gone.signal, stop])
    const of = { context, feed, watches, request, signal }
    await asking.run(of, () => serve(request, response, request.body))
  }
  return { path: '/mcp', handlers: [...jsonRpc(init, isAction), answer] }
}
