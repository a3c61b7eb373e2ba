import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { type HttpMeter, httpMeter } from '../../../community/meters/http-meter.ts'
import type { MeterMessage } from '../../../community/meters/meter-port.ts'
import { RefusedError } from '../../../protocol/errors.ts'

const TOKEN = '0123456789abcdef0123456789abcdef'
const CELLAR_TOKEN = TOKEN.replaceAll('0', '1')
const NOW = 1_700_000_100
const BODY = { start: NOW - 1000, end: NOW - 100, loadWh: 120, pvWh: 480 }
const READING = { home: 'roof', ...BODY }

describe('httpMeter', () => {
  let meter: HttpMeter
  let taken: MeterMessage[]
  let faults: [string, string | undefined][]
  /** Keeps what is less than 9,000 Wh. */
  const sink = {
    async take(message: MeterMessage) {
      const details = { field: 'start', remedy: 'None.' }
      if (message.pvWh >= 9_000) throw new RefusedError('SLOT_OVER', 'Too late.', details)
      taken.push(message)
    },
    onError(error: unknown, home?: string) {
      faults.push([(error as RefusedError).code, home])
    },
  }
  beforeEach(async () => {
    taken = []
    faults = []
    const tokens = new Map([
      ['roof', TOKEN],
      ['cellar', CELLAR_TOKEN],
    ])
    meter = await httpMeter({ tokens, now: () => NOW, ...sink })
  })
  afterEach(() => meter.close())

  async function push(body: unknown, { token = TOKEN, url = meter.url, method = 'POST' } = {}) {
    const response = await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: method === 'GET' ? null : typeof body === 'string' ? body : JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    })
    const text = await response.text()
    return { status: response.status, ...(text === '' ? {} : JSON.parse(text)) }
  }

  it('takes readings, in the sequence in which they come', async () => {
    const cellar = { ...BODY, pvWh: 0 }
    expect(await push(BODY)).to.deep.equal({ status: 204 })
    expect(await push(cellar, { token: CELLAR_TOKEN })).to.deep.equal({ status: 204 })
    expect(taken).to.deep.equal([READING, { home: 'cellar', ...cellar }])
  })

  it('says that it was taken when it is kept, not before, and says when it is not', async () => {
    const kept = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    const tokens = new Map([['roof', TOKEN]])
    const take = () => {
      began.resolve()
      return kept.promise
    }
    const slow = await httpMeter({ tokens, now: () => NOW, ...sink, take })
    let status: number | undefined
    const pushed = push(BODY, { url: slow.url }).then((answer) => {
      status = answer.status
    })
    await began.promise
    expect(status).to.equal(undefined)
    kept.resolve()
    await pushed
    await slow.close()
    expect(status).to.equal(204)
    expect(await push({ ...BODY, pvWh: 9000 })).to.include({ status: 409, code: 'SLOT_OVER', field: 'start' })
    expect(faults).to.deep.equal([['SLOT_OVER', 'roof']])
  })

  it('takes a home that does not tell of a roof for one without', async () => {
    const { pvWh, ...body } = BODY
    expect(await push(body)).to.deep.equal({ status: 204 })
    expect(taken).to.deep.equal([{ ...READING, pvWh: 0 }])
  })

  const refusals: [string, unknown, object, object][] = [
    ['another token', BODY, { token: 'x' }, { status: 401, code: 'TOKEN_INVALID' }],
    ['no JSON', '{', {}, { status: 400, code: 'READING_INVALID', field: 'body', expected: 'JSON' }],
    [
      'a number that is none',
      { ...BODY, pvWh: '480' },
      {},
      { status: 400, field: 'pvWh', received: '"480"' },
    ],
    ['less than nothing', { ...BODY, loadWh: -1 }, {}, { status: 400, expected: 'at least 0' }],
    ['parts of a Wh', { ...BODY, loadWh: 0.5 }, {}, { status: 400, field: 'loadWh' }],
    ['a field too many', { ...BODY, price: 1 }, {}, { status: 400, field: 'price', received: '1' }],
    ['a list', [BODY], {}, { status: 400, field: 'body', expected: 'an object with start, end and loadWh' }],
    ['a home of others', { ...BODY, home: 'cellar' }, {}, { status: 400 }],
    ['an end before its start', { ...BODY, end: BODY.start }, {}, { status: 400, field: 'end' }],
    ['what is still to come', { ...BODY, end: NOW + 900 }, {}, { status: 400, field: 'end' }],
    ['a body that is too large', { ...BODY, home: 'x'.repeat(5000) }, {}, { status: 413 }],
    ['another method', BODY, { method: 'GET' }, { status: 405, expected: 'POST' }],
  ]
  for (const [what, body, options, answer] of refusals) {
    it(`refuses ${what}, and goes on`, async () => {
      const refusal = await push(body, options)
      expect(refusal).to.include(answer)
      expect(refusal.remedy).to.be.a('string')
      expect(JSON.stringify(refusal)).to.not.include(TOKEN)
      expect(faults).to.have.length(1)
      expect(await push(BODY)).to.deep.equal({ status: 204 })
    })
  }

  it('refuses a path that there is not', async () => {
    expect(await push(BODY, { url: new URL('/v2', meter.url).href })).to.include({ status: 404 })
  })

  it('has room again soon when others hold all connections and say nothing', async function () {
    this.timeout(20_000)
    const { hostname, port } = new URL(meter.url)
    const silent = Array.from({ length: 64 }, () => connect(Number(port), hostname).on('error', () => {}))
    await Promise.all(silent.map((socket) => once(socket, 'connect')))
    expect(await push(BODY).catch(() => 'no room')).to.equal('no room')
    const [first] = silent as [Socket]
    const began = performance.now()
    await once(first.resume(), 'close')
    expect(performance.now() - began).to.be.below(10_000)
    expect(await push(BODY)).to.deep.equal({ status: 204 })
    for (const socket of silent) socket.destroy()
  })

  it('needs tokens that nobody guesses, each for one home, and a port that is free', async () => {
    const fault = (init: object) =>
      httpMeter({ tokens: new Map(), ...sink, ...init }).then(
        () => undefined,
        (error: { code: string }) => error.code,
      )
    expect(await fault({ tokens: new Map([['a', 'secret']]) })).to.equal('TOKEN_INVALID')
    const same = Object.entries({ a: TOKEN, b: TOKEN })
    expect(await fault({ tokens: new Map(same) })).to.equal('TOKEN_INVALID')
    expect(await fault({ port: Number(new URL(meter.url).port) })).to.equal('PORT_UNUSABLE')
  })
})
