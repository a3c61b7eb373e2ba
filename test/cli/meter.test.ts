import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { Aedes } from 'aedes'
import { expect } from 'chai'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh, startMesh } from './mesh.ts'

describe('mesh meter', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()

  it('takes down what meters push, and what it wrote can be replayed', async () => {
    const args = [
      'meter',
      'street.csv',
      '--tokens',
      'meters.json',
      '--home',
      'roof',
      '--home',
      'cellar',
      '--port',
      '0',
    ]
    const child = startMesh(files.path('.'), args)
    const exited = once(child, 'exit')
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const next = async () => String((await lines.next()).value)
    const [, url = ''] = /^POST (\S+)/.exec(await next()) ?? []
    const tokens = JSON.parse(readFileSync(files.path('meters.json'), 'utf8'))
    expect(statSync(files.path('meters.json')).mode & 0o777).to.equal(0o600)

    const push = async (home: string, start: number, loadWh: number, pvWh: number) => {
      const { status } = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens[home]}` },
        body: JSON.stringify({ start, end: start + 900, loadWh, pvWh }),
        signal: AbortSignal.timeout(5_000),
      })
      expect(status).to.equal(204)
    }
    const first = 1_700_000_100
    await push('roof', first, 100, 400)
    await push('cellar', first, 250, 0)
    expect(await next()).to.equal('2023-11-14T22:15Z written')
    await push('roof', first + 900, 100, 100)
    child.kill('SIGTERM')
    expect(await next()).to.equal('2023-11-14T22:30Z written; nothing of cellar')
    expect(await exited).to.deep.equal([143, null])
    expect(readFileSync(files.path('street.csv'), 'utf8')).to.equal(
      'time,roof_load_wh,roof_pv_wh,cellar_load_wh,cellar_pv_wh\n' +
        '2023-11-14T22:15Z,100,400,250,0\n2023-11-14T22:30Z,100,100,,\n',
    )
    const replay = await mesh(
      files.path('.'),
      'replay',
      'energy',
      '--offline',
      '--data',
      'street.csv',
      '--json',
    )
    const report = JSON.parse(replay.stdout)
    expect(report).to.include({ slots: 1, tradedWh: 250 })
    expect(report.rejected[0]).to.include({ count: 1 })
  })

  it('listens to a broker, as who the environment says, and names what is no reading', async () => {
    const broker = await Aedes.createBroker()
    broker.authenticate = (_client, username, password, done) => {
      done(null, username === 'meters' && password?.toString() === 'hunter2')
    }
    const server = createServer(broker.handle).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`
    const load = { topic: 'tele/roof/SENSOR', path: 'ENERGY.Total', quantity: 'kWh' }
    files.write(
      'broker.json',
      JSON.stringify({ url, username: 'meters', password: 'old', homes: { roof: { load } } }),
    )
    const subscribed = once(broker, 'subscribe')
    const environment = { MESH_MQTT_PASSWORD: 'hunter2' }
    const child = startMesh(files.path('.'), ['meter', 'mqtt.csv', '--mqtt', 'broker.json'], environment)
    const exited = once(child, 'exit')
    try {
      const [line] = await once(createInterface(child.stdout), 'line')
      expect(line).to.equal(`MQTT ${url}    meters broker.json    readings mqtt.csv`)
      await subscribed
      const fault = once(createInterface(child.stderr), 'line')
      const payload = Buffer.from('{"ENERGY":{}}')
      const message = { cmd: 'publish', qos: 0, retain: false, dup: false } as const
      broker.publish({ ...message, topic: load.topic, payload }, () => undefined)
      expect(await fault).to.deep.equal([
        'READING_INVALID tele/roof/SENSOR: ENERGY.Total: {"ENERGY":{}}; expected a number of kWh, at least 0',
      ])
      expect(readFileSync(files.path('mqtt.csv'), 'utf8')).to.equal('time,roof_load_wh,roof_pv_wh\n')
    } finally {
      child.kill('SIGTERM')
      expect(await exited).to.deep.equal([143, null])
      server.close()
      broker.close()
    }
  })

  const faulty: [string, string[], string[]][] = [
    ['no home and no tokens', ['x.csv', '--tokens', 'no.json'], ['--home', 'Remedy']],
    ['tokens that can be guessed', ['x.csv', '--tokens', 'short.json'], ['tokens: a', '32 characters']],
    ['a home without a token', ['x.csv', '--tokens', 'short.json', '--home', 'b'], ['--home', 'one of a']],
    ['no source of readings', ['x.csv'], ['--tokens FILE', '--mqtt FILE']],
    ['a broker with a password in its URL', ['x.csv', '--mqtt', 'open.json'], ['url', 'without user name']],
    [
      'a file of other homes',
      ['other.csv', '--tokens', 'good.json'],
      ['other.csv', 'time,a_load_wh,a_pv_wh'],
    ],
  ]
  for (const [what, args, parts] of faulty) {
    it(`says what is wrong with ${what}`, async () => {
      files.write('short.json', '{"a": "secret"}')
      files.write('good.json', `{"a": "${'0'.repeat(32)}"}`)
      const load = { topic: 'a', quantity: 'W' }
      files.write('open.json', JSON.stringify({ url: 'mqtt://me:secret@127.0.0.1', homes: { a: { load } } }))
      files.write('other.csv', 'time,b_load_wh,b_pv_wh\n')
      const { code, stderr } = await mesh(files.path('.'), 'meter', ...args, '--port', '0')
      for (const part of parts) expect(stderr).to.include(part)
      expect(stderr).to.not.include('secret')
      expect(code).to.equal(1)
    })
  }
})
