import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { Aedes } from 'aedes'
import { expect } from 'chai'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { get, PATIENCE, poll, Running } from './support/running.ts'

/** How often the meters of the broker publish, in milliseconds. */
const PUBLISH_INTERVAL = 250

/** By the data nobody has anything to sell: what is traded here, meters have told. */
const HOMES = ['roof', 'cellar']
const CSV = [
  'time,roof_load_wh,cellar_load_wh',
  '2021-06-01T12:00:00Z,100,250',
  '2021-06-01T12:STEPZ,100,120',
].join('\n')

describe('mesh up, with meters', function () {
  this.timeout(4 * PATIENCE)
  const files = temporaryDirectory()
  let market: Running | undefined

  afterEach(async () => {
    await market?.end('SIGKILL')
  })

  function start(slotSeconds: number, ...args: string[]): Running {
    const step = `${String(Math.floor(slotSeconds / 60)).padStart(2, '0')}:${String(slotSeconds % 60).padStart(2, '0')}`
    files.write('street.csv', CSV.replace('STEP', step))
    const homes = HOMES.map((name) => ({ name, load: `${name}_load_wh`, strategy: 'honest' }))
    const community = { name: 'Street', data: 'street.csv', slotMinutes: slotSeconds / 60, homes }
    const tariff = { area: '871f8d099ffffff', retailPrice: '0.30', feedInPrice: '0.08' }
    files.write('street.json', JSON.stringify({ ...community, ...tariff }))
    const options = ['--homes', 'street.json', '--port', '0', '--processes', '2']
    market = new Running(files.path('.'), [...options, ...args])
    return market
  }

  /** Waits until a trade is settled. */
  async function settled(running: Running): Promise<{ quantity: string; seller: string }> {
    const [, url = ''] = await running.line(/^API +(\S+)/)
    return poll('a settled trade', async () => {
      const { data } = await get(`${url}/v1/trades`)
      return (data as { quantity: string; seller: string }[])[0]
    })
  }

  it('sells what a meter has pushed to who lacks it at that time of the day', async () => {
    const running = start(900, '--tokens', 'meters.json', '--home', 'roof', '--meter-port', '0')
    const [, route = ''] = await running.line(/^POST (\S+)/)
    const tokens = JSON.parse(readFileSync(files.path('meters.json'), 'utf8'))
    const push = async (time: string, reading: object, token = tokens.roof) => {
      const from = Date.parse(time) / 1000
      const { status } = await fetch(route, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ start: from, end: from + 900, ...reading }),
        signal: AbortSignal.timeout(10_000),
      })
      return status
    }
    expect(await push('2026-06-01T12:15Z', { loadWh: 30, pvWh: 430 }, 'a guess')).to.equal(401)
    expect(await push('2026-06-01T12:15Z', { loadWh: 30, pvWh: 430 })).to.equal(204)
    await running.line(/^slot 0 2026-06-01T12:15Z: traded 120 of 120 Wh/)
    expect(await push('2026-06-01T12:15Z', { loadWh: 0, pvWh: 430 }), 'a second time').to.equal(409)
    expect(Number((await settled(running)).quantity)).to.be.within(1, 120)
    expect(await push('2026-06-01T12:30Z', { loadWh: 30, pvWh: 90 })).to.equal(204)
    await running.line(/^slot 1 2026-06-01T12:30Z: traded 60 of 60 Wh/)
    expect(await running.end('SIGINT')).to.equal(0)
  })

  it('sells what a meter publishes to a broker', async () => {
    const broker = await Aedes.createBroker()
    const server = createServer(broker.handle).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    const source = (path: string) => ({ topic: 'tele/roof', path, quantity: 'kW' })
    files.write(
      'broker.json',
      JSON.stringify({ url, homes: { roof: { load: source('load'), pv: source('pv') } } }),
    )
    // 300 kW for 6 s are 500 Wh.
    const payload = Buffer.from('{"load": 0, "pv": 300}')
    const message = {
      cmd: 'publish',
      topic: 'tele/roof',
      payload,
      qos: 0,
      retain: false,
      dup: false,
    } as const
    const meter = setInterval(() => broker.publish(message, () => undefined), PUBLISH_INTERVAL)
    try {
      const running = start(6, '--mqtt', 'broker.json')
      await running.line(/^slot \d+ .*: traded (250 of 250|120 of 120) Wh/)
      await settled(running)
      const [folder = ''] = readdirSync(files.path('.mesh')).filter((name) => /^[0-9a-f]{12}$/.test(name))
      const [, row] = readFileSync(files.path(`.mesh/${folder}/readings.csv`), 'utf8').split('\n')
      expect(row).to.match(/Z,0,(499|500|501)$/)
      expect(await running.end('SIGINT')).to.equal(0)
    } finally {
      clearInterval(meter)
      await market?.end('SIGKILL')
      await new Promise<void>((resolve) => broker.close(resolve))
      server.close()
    }
  })
})
