import { existsSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { mesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { get, PATIENCE, poll, Running } from './support/running.ts'
import { writeStreet } from './support/street.ts'

/** Six homes, three of which always have what the others always lack. */
const HOMES = Object.fromEntries(
  ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => [
    name,
    i % 2 ? { load: 300, pv: 0 } : { load: 0, pv: 300 },
  ]),
)

describe('mesh up', function () {
  this.timeout(4 * PATIENCE)
  const files = temporaryDirectory()
  const running: Running[] = []

  before(function () {
    skipUnlessLinux(this, 'the processes of a market are found by /proc, which Linux alone has')
    writeStreet(files, HOMES)
  })
  after(async () => {
    for (const market of running) await market.end('SIGKILL')
  })

  function start(...args: string[]): Running {
    const market = new Running(files.path('.'), [
      '--homes',
      'street.json',
      '--port',
      '0',
      '--slot-seconds',
      '2',
      ...args,
    ])
    running.push(market)
    return market
  }

  it('trades on when a home process is killed, finishes what was open, and leaves no process behind', async () => {
    const market = start('--processes', '3', '--settle-within', '15')
    const [, url = ''] = await market.line(/^API +(\S+)/)
    await market.line(/^homes in the mesh: 6 of 6$/)
    await poll('settled trades', async () => ((await tradesOf(url)) >= 3 ? true : undefined))

    // One market in one place: a second is refused, and nobody can remove the state below it.
    const second = await mesh(files.path('.'), 'up', '--homes', 'street.json')
    expect(second.code).to.equal(1)
    expect(second.stderr).to.include('Another process uses')
    expect(await mesh(files.path('.'), 'reset', '--yes')).to.include({ code: 1 })
    expect(existsSync(files.path('.mesh/network.json'))).to.equal(true)

    const [victim = 0] = market.children('household-process')
    await poll('an open agreement', async () => ((await openOf(url)).length > 0 ? true : undefined))
    process.kill(victim, 'SIGKILL')
    const open = await openOf(url)
    const before = await tradesOf(url)
    await market.line(/ended \(SIGKILL\)/)

    await poll('further trades', async () => ((await tradesOf(url)) >= before + 6 ? true : undefined))
    await market.line(/is back/)
    for (const id of open) {
      await poll(`the end of ${id}`, async () => {
        const { status } = (await get(`${url}/v1/agreements/${id}`)).data as { status: string }
        return status === 'settled' || status === 'refunded' ? true : undefined
      })
    }

    const processes = [...market.children('household-process'), ...market.children('chain-process')]
    expect(processes).to.have.length(4)
    expect(await market.end('SIGINT')).to.equal(0)
    expect(market.lines.at(-1)).to.match(
      /^Traded [\d,]+ Wh in [\d,]+ trades for [\d.]+, fees [\d.]+: all that homes bought or sold\./,
    )
    expect(processes.filter(isRunning)).to.deep.equal([])
    expect(existsSync(files.path('.mesh/lock'))).to.equal(false)
  })

  it('has drivers who wait for riders, and takes its processes with it when it is killed itself', async () => {
    const market = start('--processes', '2', '--drivers', '1')
    const [, url = ''] = await market.line(/^API +(\S+)/)
    await market.line(/^rides +mesh ride --from 11\.\d{4},48\.\d{4} --to 11\.\d{4},48\.\d{4}$/)
    await poll('a driver with a stake', async () => {
      const agents = (await get(`${url}/v1/agents?limit=50`)).data as { uri: string; stakes: object[] }[]
      return agents.find(({ uri, stakes }) => uri === 'data:,driver-1' && stakes.length > 0)
    })
    await market.line(/^slot /)
    const processes = [...market.children('household-process'), ...market.children('chain-process')]
    expect(processes).to.have.length(3)
    await market.end('SIGKILL')
    await poll('the end of every process', () => (processes.some(isRunning) ? undefined : true))
  })

  it('leaves nothing behind when it is interrupted while it starts', async () => {
    const market = start('--processes', '2')
    await market.line(/Bringing 6 homes/)
    await poll('a home process', () => market.children('household-process')[0])
    const processes = [...market.children('household-process'), ...market.children('chain-process')]
    expect(await market.end('SIGINT')).to.equal(130)
    expect(processes.filter(isRunning)).to.deep.equal([])
    expect(market.lines.at(-1)).to.include('nothing is left running')
  })
})

async function tradesOf(url: string): Promise<number> {
  return ((await get(`${url}/v1/stats`)).data as { trades: number }).trades
}

async function openOf(url: string): Promise<string[]> {
  const agreements = (await get(`${url}/v1/agreements?status=open&limit=200`)).data as { id: string }[]
  return agreements.map(({ id }) => id)
}

/** Whether a process runs; one that has ended and was not waited for yet does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
