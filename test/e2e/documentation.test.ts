import { expect } from 'chai'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { runPrograms, runSnippets, Terminal } from '../docs/support/run.ts'
import { Programs } from '../docs/support/snippets.ts'
import { get, PATIENCE, poll, Running } from './support/running.ts'

/** Four homes in a small street, two of which always have what is asked for. */
const HOMES = ['a', 'b', 'c', 'd']
const COMMUNITY = {
  name: 'Street',
  data: 'street.csv',
  slotMinutes: 15,
  area: '871f8d099ffffff',
  retailPrice: '0.30',
  feedInPrice: '0.08',
  homes: HOMES.map((name) => ({
    name,
    load: `${name}_load_wh`,
    pv: `${name}_pv_wh`,
    kWp: 1,
    strategy: 'honest',
  })),
}
const CSV = [
  ['time', ...HOMES.flatMap((name) => [`${name}_load_wh`, `${name}_pv_wh`])].join(','),
  ...[0, 15].map((minute) => [
    `2021-06-01T12:${minute || '00'}Z`,
    ...HOMES.map((_, i) => (i % 2 ? '300,0' : '0,600')),
  ]),
].join('\n')

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
    market.write('street.csv', CSV)
    market.write('street.json', JSON.stringify(COMMUNITY))
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
