import { expect } from 'chai'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { runPrograms, runSnippets, Terminal } from '../docs/support/run.ts'
import { Programs } from '../docs/support/snippets.ts'
import { get, PATIENCE, poll, Running } from './support/running.ts'
import { writeStreet } from './support/street.ts'

/** Four homes in a small street, two of which always have what is asked for. */
const HOMES = {
  a: { load: 0, pv: 600 },
  b: { load: 300, pv: 0 },
  c: { load: 0, pv: 600 },
  d: { load: 300, pv: 0 },
}

/** What the documentation shows, in one market like that of `npm start`. */
describe('the documentation in a market', function () {
  this.timeout(4 * PATIENCE)
  const market = temporaryDirectory()
  const user = temporaryDirectory()
  let running: Running
  let api: URL
  let terminal: Terminal

  before(async function () {
    skipUnlessLinux(this, 'the commands are typed into bash, with the tools that Linux has')
    writeStreet(market, HOMES)
    const street = ['--homes', 'street.json', '--processes', '2', '--slot-seconds', '4']
    running = new Running(market.path('.'), [...street, '--port', '0'])
    const [, url = ''] = await running.line(/^API +(\S+)/)
    api = new URL(url)
    terminal = new Terminal(user.path('.'), api)
    await poll('a trade', async () => {
      const { data } = (await get(`${url}/v1/trades?limit=1`)) as { data: unknown[] }
      return data.length > 0 ? true : undefined
    })
  })
  after(() => running?.end('SIGINT'))

  for (const snippet of runSnippets('sh', 'market')) {
    it(`${snippet.path}: ${snippet.text.split('\n')[0]}`, async () => {
      expect(await terminal.run(snippet)).to.equal('')
    })
  }

  it('in TypeScript', async () => {
    const programs = new Programs('market')
    programs.ask(api.host)
    const snippets = runSnippets('ts', 'market')
    expect(snippets).to.have.length.above(8)
    expect(await runPrograms(programs, snippets, user.path('.'))).to.equal('')
  })
})
