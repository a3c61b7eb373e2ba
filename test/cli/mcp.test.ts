import { fileURLToPath } from 'node:url'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { expect } from 'chai'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { type ServedMarket, serveMarket } from '../indexer/support/api.ts'
import { removeDataDirs } from '../indexer/support/index-of.ts'
import { mesh } from './mesh.ts'

const main = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))

describe('mesh mcp', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  let served: ServedMarket

  before(async () => {
    served = await serveMarket()
  })
  after(async () => {
    await served?.stop()
    removeDataDirs()
  })

  it('has a market’s tools called by a client that starts programs', async () => {
    const transport = new StdioClientTransport({
      ...{
        command: process.execPath,
        args: [main, 'mcp', '--api', served.indexer.url],
        cwd: files.path('.'),
      },
    })
    const client = new Client({ name: 'stranger', version: '1.0.0' })
    await client.connect(transport)
    try {
      const { tools } = await client.listTools()
      expect(tools.map(({ name }) => name)).to.include.members(['search_agents', 'prepare_intent', 'watch'])
      expect(client.getInstructions()).to.include('Never ask for a private key')
      const { structuredContent } = await client.callTool({ name: 'search_agents', arguments: { limit: 1 } })
      const { body } = await served.get('/v1/agents?limit=1')
      expect(structuredContent).to.deep.equal(body)
      const wrong = await client.callTool({ name: 'search_agents', arguments: { limit: 0 } })
      expect(wrong.isError).to.equal(true)
      expect(JSON.stringify(wrong.content)).to.include('a whole number from 1 to 200')
    } finally {
      await client.close()
    }
  })

  it('says so when there is no market', async () => {
    const { code, stdout, stderr } = await mesh(files.path('.'), 'mcp', '--api', 'http://127.0.0.1:1')
    expect(code).to.equal(1)
    expect(stdout).to.equal('')
    expect(stderr).to.include('mesh up')
  })
})
