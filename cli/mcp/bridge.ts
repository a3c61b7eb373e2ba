import { once } from 'node:events'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Server } from '@modelcontextprotocol/server'
import { serveStdio } from '@modelcontextprotocol/server/stdio'
import { ApiClient } from '../api/client.ts'
import { interruptible } from '../signals.ts'

const INFO = { name: 'mesh', title: 'MESH market', version: '1.0.0' }
/** How long a call may take, in milliseconds: one that waits does so for half of it at most. */
const TIMEOUT = 60_000

/**
 * Passes calls of tools from stdin on to a market, and its answers to stdout, until stdin ends or a signal comes.
 *
 * @returns the exit code
 * @throws ConfigError `URL_INVALID` or `API_UNREACHABLE`
 */
export async function bridge({ api }: { api: string }): Promise<number> {
  using interruption = interruptible()
  const { signal } = interruption
  await new ApiClient(api, signal).get('/health')
  const client = new Client(INFO)
  await client.connect(new StreamableHTTPClientTransport(new URL(`${api.replace(/\/+$/, '')}/mcp`)))
  const stdio = serveStdio(() => {
    const instructions = client.getInstructions() ?? ''
    const server = new Server(INFO, { capabilities: { tools: {} }, instructions })
    server.setRequestHandler('tools/list', (_request, { mcpReq }) =>
      client.listTools({}, { signal: mcpReq.signal, timeout: TIMEOUT }),
    )
    server.setRequestHandler('tools/call', ({ params: { name, arguments: given = {} } }, { mcpReq }) =>
      client.callTool({ name, arguments: given }, { signal: mcpReq.signal, timeout: TIMEOUT }),
    )
    return server
  })
  await once(process.stdin, 'close', { signal }).catch(() => undefined)
  await stdio.close()
  await client.close()
  return interruption.exitCode ?? 0
}
