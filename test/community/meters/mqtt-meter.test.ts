import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Aedes } from 'aedes'
import { expect } from 'chai'
import type { MeterMessage } from '../../../community/meters/meter-port.ts'
import { type MqttMeter, type MqttMeterInit, mqttMeter } from '../../../community/meters/mqtt-meter.ts'
import type { HomeMeters } from '../../../community/meters/slot-meters.ts'
import { ConfigError, RefusedError } from '../../../protocol/errors.ts'
import { until } from '../../agent/support/until.ts'

const SLOT = 900
const file = (name: string) => readFileSync(new URL(`certificate/${name}`, import.meta.url), 'utf8')

const HOMES = new Map<string, HomeMeters>([
  [
    'roof',
    {
      load: { topic: 'tele/roof/SENSOR', path: 'ENERGY.Total', quantity: 'kWh' },
      pv: { topic: 'roof/pv', path: '', quantity: 'W' },
    },
  ],
  ['cellar', { load: { topic: 'cellar', path: '', quantity: 'Wh' } }],
])

describe('mqttMeter', function () {
  this.timeout(20_000)
  let broker: Aedes
  let server: Server
  let meter: MqttMeter | undefined
  let sockets: Set<Socket>
  let errors: unknown[]
  let readings: MeterMessage[]
  let now: number

  beforeEach(async () => {
    broker = await Aedes.createBroker()
    broker.authenticate = (_client, username, password, done) => {
      done(null, username === 'meters' && password?.toString() === 'secret')
    }
    errors = []
    readings = []
    now = SLOT
    server = await listen(0)
  })
  afterEach(async () => {
    await meter?.close()
    meter = undefined
    await stop()
    await new Promise<void>((resolve) => broker.close(resolve))
  })

  async function listen(port: number, tls = false): Promise<Server> {
    sockets = new Set()
    const handle = (socket: Socket) => {
      sockets.add(socket)
      broker.handle(socket)
    }
    const listening = tls
      ? createTlsServer({ key: file('key.pem'), cert: file('certificate.pem') }, handle)
      : createServer(handle)
    listening.listen(port, '127.0.0.1')
    await once(listening, 'listening')
    return listening
  }
  async function stop(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const port = () => (server.address() as AddressInfo).port

  function connect(changes: Partial<MqttMeterInit> = {}): Promise<MqttMeter> {
    const secrets = { username: 'meters', password: 'secret' }
    const onError = (error: unknown) => void errors.push(error)
    const url = changes.url ?? `mqtt://127.0.0.1:${port()}`
    const take = async (reading: MeterMessage) => void readings.push(reading)
    const given = { homes: HOMES, seconds: SLOT, now: () => now, take, onError, reconnectPeriod: 20 }
    return mqttMeter({ ...given, ...secrets, ...changes, url })
  }

  /** Has a meter say something at a time, and waits until it was sent on. */
  async function say(topic: string, payload: string, at = now): Promise<void> {
    now = at
    const [client] = Object.values((broker as unknown as { clients: Record<string, never> }).clients)
    if (client === undefined) throw new Error('nobody listens')
    const acknowledged = once(broker, 'ack')
    broker.publish(
      { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false },
      () => undefined,
    )
    await acknowledged
  }

  it('reports a slot of a home when all of its meters have told all of it', async () => {
    meter = await connect()
    const sensor = (total: number) =>
      JSON.stringify({ Time: '1970-01-01T01:15:00', ENERGY: { Total: total } })
    for (let time = SLOT; time <= 3 * SLOT; time += 150) {
      await say('roof/pv', '400', time)
      if (time % 450 === 0) await say('tele/roof/SENSOR', sensor(10 + (time - SLOT) / 9_000), time)
      if (time % 450 === 0) await say('cellar', String(time / 10), time)
    }
    await meter.close()
    expect(readings.filter(({ home }) => home === 'roof')).to.deep.equal([
      { home: 'roof', start: 900, end: 1800, loadWh: 100, pvWh: 100 },
      { home: 'roof', start: 1800, end: 2700, loadWh: 100, pvWh: 100 },
    ])
    expect(readings.filter(({ home }) => home === 'cellar')).to.deep.equal([
      { home: 'cellar', start: 900, end: 1800, loadWh: 90, pvWh: 0 },
      { home: 'cellar', start: 1800, end: 2700, loadWh: 90, pvWh: 0 },
    ])
    expect(errors).to.deep.equal([])
  })

  it('counts and names payloads that are none, and goes on', async () => {
    meter = await connect()
    await say('tele/roof/SENSOR', '{"ENERGY":{}}')
    await say('cellar', 'on')
    await say('cellar', 'x'.repeat(20_000))
    await say('cellar', '-1')
    await say('cellar', '100')
    await say('cellar', '150', 2 * SLOT)
    await until(() => errors.length === 4)
    expect([...meter.faults]).to.deep.equal([
      ['tele/roof/SENSOR', 1],
      ['cellar', 3],
    ])
    const [first, second, third] = errors as RefusedError[]
    expect(first).to.be.instanceOf(RefusedError)
    expect(first).to.include({ code: 'READING_INVALID', field: 'tele/roof/SENSOR: ENERGY.Total' })
    expect(second).to.include({ field: 'cellar', received: 'on', expected: 'a number of Wh, at least 0' })
    expect(third).to.include({ received: '20000 bytes' })
    await meter.close()
    expect(readings).to.deep.equal([{ home: 'cellar', start: 900, end: 1800, loadWh: 50, pvWh: 0 }])
  })

  it('passes over what a broker has kept, which may be old', async () => {
    broker.publish(
      { cmd: 'publish', topic: 'cellar', payload: Buffer.from('1'), qos: 0, retain: true, dup: false },
      () => undefined,
    )
    meter = await connect()
    await say('cellar', '100', 2 * SLOT)
    await say('cellar', '120', 3 * SLOT)
    await meter.close()
    expect(readings.map(({ start, loadWh }) => [start, loadWh])).to.deep.equal([[2 * SLOT, 20]])
  })

  it('connects again when the broker comes back, and says that it was away', async () => {
    meter = await connect()
    await say('cellar', '100')
    const at = port()
    await stop()
    await until(() => errors.some((error) => error instanceof ConfigError))
    expect(errors[0]).to.include({ code: 'BROKER_UNUSABLE' })
    const subscribed = once(broker, 'subscribe')
    server = await listen(at)
    await subscribed
    await say('cellar', '160', 2 * SLOT)
    await meter.close()
    const [reading] = readings
    expect(reading).to.include({ home: 'cellar', loadWh: 60 })
  })

  it('says why when a broker cannot be reached, or does not let it in', async () => {
    const refused = await connect({ password: 'guess' }).catch((error: unknown) => error)
    expect(refused).to.include({ code: 'BROKER_UNUSABLE' })
    expect(String((refused as ConfigError).received)).to.match(/not authorized/i)
    expect(JSON.stringify(refused)).to.not.contain('guess')
    const at = port()
    await stop()
    const away = await connect({ url: `mqtt://127.0.0.1:${at}` }).catch((error: unknown) => error)
    expect(String((away as ConfigError).received)).to.contain('ECONNREFUSED')
  })

  it('speaks TLS, with a broker of whose certificate it knows the authority, and no other', async () => {
    await stop()
    server = await listen(0, true)
    const url = `mqtts://127.0.0.1:${port()}`
    const untrusted = await connect({ url }).catch((error: unknown) => error)
    expect(String((untrusted as ConfigError).received)).to.match(/self.signed/i)
    meter = await connect({ url, ca: file('certificate.pem') })
    await say('cellar', '100')
    await say('cellar', '107', 2 * SLOT)
    await meter.close()
    expect(readings.map(({ loadWh }) => loadWh)).to.deep.equal([7])
  })
})
