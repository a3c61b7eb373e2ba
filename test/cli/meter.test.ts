import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { Aedes } from 'aedes'
import { expect } from 'chai'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh, startMesh } from './mesh.ts'

describe('mesh meter', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()

  /** The command on two homes, and how their meters push to it. */
  async function start(...more: string[]) {
    const args = ['meter', 'street.csv', '--tokens', 'meters.json', '--port', '0', ...more]
    const child = startMesh(files.path('.'), args)
    const exited = once(child, 'exit')
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    const faults = createInterface(child.stderr)
    const next = async () => String((await lines.next()).value)
    let url: string | undefined
    while (url === undefined) [, url] = /^POST (\S+)/.exec(await next()) ?? []
    const route = url
    const tokens = JSON.parse(readFileSync(files.path('meters.json'), 'utf8'))
    const push = async (home: string, start: number, reading: object) => {
      const { status } = await fetch(route, {
        method: 'POST',
        headers: { authorization: `Bearer ${tokens[home]}` },
        body: JSON.stringify({ start, end: start + 900, ...reading }),
        signal: AbortSignal.timeout(5_000),
      })
      return status
    }
    const stop = async (signal: NodeJS.Signals) => {
      child.kill(signal)
      return exited
    }
    return { next, push, stop, faults }
  }
  const first = 1_700_000_100
  const csv = () => readFileSync(files.path('street.csv'), 'utf8')
  const HEADER = 'time,roof_load_wh,roof_pv_wh,cellar_load_wh,cellar_pv_wh\n'
  const LINES = '2023-11-14T22:15Z,100,400,250,0\n2023-11-14T22:30Z,100,100,300,0\n'

  it('takes down what meters push, goes on where it was stopped, and what it wrote can be replayed', async () => {
    const before = await start('--home', 'roof', '--home', 'cellar')
    expect(statSync(files.path('meters.json')).mode & 0o777).to.equal(0o600)
    expect(await before.push('roof', first, { loadWh: 100, pvWh: 400 })).to.equal(204)
    expect(await before.push('cellar', first, { loadWh: 250 })).to.equal(204)
    expect(await before.next()).to.equal('2023-11-14T22:15Z written')
    expect(await before.push('roof', first + 900, { loadWh: 100, pvWh: 100 })).to.equal(204)
    const stopped = before.stop('SIGTERM')
    expect(await before.next()).to.equal('2023-11-14T22:30Z not complete; kept in street.csv.open')
    expect(await stopped).to.deep.equal([143, null])
    expect(csv()).to.equal(`${HEADER}${LINES.split('\n')[0]}\n`)

    const after = await start()
    const fault = once(after.faults, 'line')
    expect(await after.push('roof', first, { loadWh: 1 }), 'in the file').to.equal(409)
    expect(await fault).to.deep.equal([
      'READING_TWICE roof start: 1700000100 (2023-11-14T22:15Z); expected a slot that this home has not reported',
    ])
    expect(await after.push('roof', first + 900, { loadWh: 1 }), 'kept').to.equal(409)
    expect(await after.push('roof', first + 901, { loadWh: 1 }), 'no slot').to.equal(400)
    expect(await after.push('cellar', first + 900, { loadWh: 300 })).to.equal(204)
    expect(await after.next()).to.equal('2023-11-14T22:30Z written')
    await after.stop('SIGTERM')
    expect(csv()).to.equal(HEADER + LINES)
    expect(existsSync(files.path('street.csv.open'))).to.equal(false)

    const replay = ['replay', 'energy', '--offline', '--data', 'street.csv', '--json']
    const report = JSON.parse((await mesh(files.path('.'), ...replay)).stdout)
    expect(report).to.include({ slots: 2, tradedWh: 250 })
  })

  it('loses nothing, and writes nothing twice, when it is killed between any two writes', async () => {
    const open = [
      { home: 'roof', loadWh: 7, pvWh: 8, start: first + 1800, end: first + 2700 },
      { home: 'cellar', loadWh: 9, pvWh: 0, start: first + 1800, end: first + 2700 },
    ]
    const line = '2023-11-14T22:45Z,7,8,9,0\n'
    for (const cut of [0, 1, line.length - 2, line.length - 1, line.length]) {
      files.write('street.csv', HEADER + LINES + line.slice(0, cut))
      files.write('street.csv.open', JSON.stringify(open))
      const again = await start()
      expect(csv(), `${cut} characters`).to.equal(HEADER + LINES + line)
      expect(existsSync(files.path('street.csv.open'))).to.equal(false)
      await again.stop('SIGKILL')
    }
    const killed = await start()
    expect(await killed.push('roof', first + 2700, { loadWh: 1 })).to.equal(204)
    await killed.stop('SIGKILL')
    const again = await start()
    expect(await again.push('roof', first + 2700, { loadWh: 2 })).to.equal(409)
    expect(await again.push('cellar', first + 2700, { loadWh: 3 })).to.equal(204)
    await again.stop('SIGKILL')
    expect(csv()).to.equal(`${HEADER}${LINES}${line}2023-11-14T23:00Z,1,0,3,0\n`)
  })

  it('leaves no tokens behind when it cannot listen', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const port = String((server.address() as AddressInfo).port)
    const args = ['meter', 'new.csv', '--tokens', 'new.json', '--home', 'roof', '--port', port]
    const { code, stderr } = await mesh(files.path('.'), ...args)
    server.close()
    expect(stderr).to.include(port)
    expect(code).to.equal(1)
    expect(existsSync(files.path('new.json'))).to.equal(false)
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

  it('begins a file anew that a start which failed has left without a slot', async () => {
    files.write('street.csv', 'time,other_load_wh,other_pv_wh\n')
    const meters = await start('--home', 'roof', '--home', 'cellar')
    expect(await meters.push('roof', first, { loadWh: 1 })).to.equal(204)
    expect(csv()).to.equal(HEADER)
    await meters.stop('SIGTERM')
  })

  const faulty: [string, string[], string[]][] = [
    ['no home and no tokens', ['x.csv', '--tokens', 'no.json'], ['--home', 'Remedy']],
    ['tokens that can be guessed', ['x.csv', '--tokens', 'short.json'], ['tokens: a', '32 characters']],
    [
      'a home without a token',
      ['x.csv', '--tokens', 'short.json', '--home', 'b'],
      ['--home', 'one of a', 'write "b": "'],
    ],
    ['no source of readings', ['x.csv'], ['--tokens FILE', '--mqtt FILE']],
    ['a broker with a password in its URL', ['x.csv', '--mqtt', 'open.json'], ['url', 'without user name']],
    [
      'a file of other homes',
      ['other.csv', '--tokens', 'good.json'],
      ['other.csv', 'time,a_load_wh,a_pv_wh'],
    ],
    ['a file of other slots', ['odd.csv', '--tokens', 'good.json'], ['odd.csv, line 3: time', '00:05Z']],
    [
      'readings of other homes that wait',
      ['wait.csv', '--tokens', 'good.json'],
      ['wait.csv.open', 'Received: b'],
    ],
  ]
  for (const [what, args, parts] of faulty) {
    it(`says what is wrong with ${what}`, async () => {
      files.write('short.json', '{"a": "secret"}')
      files.write('good.json', `{"a": "${'0'.repeat(32)}"}`)
      const load = { topic: 'a', quantity: 'W' }
      files.write('open.json', JSON.stringify({ url: 'mqtt://me:secret@127.0.0.1', homes: { a: { load } } }))
      files.write('other.csv', 'time,b_load_wh,b_pv_wh\n2026-01-01T00:00Z,1,1\n')
      const [good, odd] = ['2026-01-01T00:00Z,1,1\n', '2026-01-01T00:05Z,1,1\n']
      files.write('odd.csv', `time,a_load_wh,a_pv_wh\n${good}${odd}`)
      files.write('wait.csv.open', '[{"home":"b","loadWh":1,"pvWh":1,"start":900,"end":1800}]')
      const { code, stderr } = await mesh(files.path('.'), 'meter', ...args, '--port', '0')
      for (const part of parts) expect(stderr).to.include(part)
      expect(stderr).to.not.include('secret')
      expect(code).to.equal(1)
    })
  }
})
