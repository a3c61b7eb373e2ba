import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { expect } from 'chai'
import { sourceOf } from '../../../cli/meter/source.ts'
import { type Meters, openMeters } from '../../../cli/up/meters.ts'
import type { ReportedSlot } from '../../../community/meters/slot-book.ts'
import { temporaryDirectory } from '../../community/temporary-file.ts'

const SLOT = 900
const FIRST = 1_700_000_100

describe('the meters of a market', function () {
  this.timeout(30_000)
  const files = temporaryDirectory()
  const ended = new AbortController()
  const notices: string[] = []
  let meters: Meters

  before(async () => {
    const tokens = files.path('meters.json')
    const source = sourceOf({ tokens, home: ['roof', 'cellar'], host: '127.0.0.1', port: 0 })
    const onNotice = (notice: string) => void notices.push(notice)
    const file = files.path('readings.csv')
    meters = await openMeters({ source, seconds: SLOT, file, signal: ended.signal, onNotice })
  })
  after(() => meters[Symbol.asyncDispose]())

  async function push(home: string, index: number): Promise<number> {
    const [, url = ''] = /POST (\S+)/.exec(meters.name) ?? []
    const start = FIRST + index * SLOT
    const tokens = JSON.parse(readFileSync(files.path('meters.json'), 'utf8'))
    const { status } = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens[home]}` },
      body: JSON.stringify({ start, end: start + SLOT, loadWh: index }),
      signal: AbortSignal.timeout(10_000),
    })
    return status
  }

  it('are refused what would wait too long, each slot comes once, and the end is one', async () => {
    for (let index = 0; index < 96; index++) {
      expect(await push('roof', index)).to.equal(204)
      expect(await push('cellar', index)).to.equal(204)
    }
    expect(await push('roof', 96), 'a day waits').to.equal(429)
    expect(notices.join()).to.include('METERS_TOO_FAST')

    const slots = meters.slots[Symbol.asyncIterator]()
    const next = async () => (await slots.next()).value as ReportedSlot
    const starts: number[] = []
    for (let index = 0; index < 96; index++) starts.push((await next()).start)
    expect(starts).to.deep.equal(starts.map((_, index) => FIRST + index * SLOT))
    expect(await push('roof', 95), 'a second time').to.equal(409)

    // One that tells all of a past in which the others were silent keeps none of them out.
    for (let index = 96; index < 192; index++) expect(await push('roof', index)).to.equal(204)
    expect(await push('roof', 192)).to.equal(429)
    expect(await push('cellar', 400)).to.equal(204)
    for (let index = 96; index < 191; index++) expect((await next()).missing).to.deep.equal(['cellar'])

    // The cellar is silent: the slot comes all the same when two later ones have begun.
    for (const index of [401, 402]) expect(await push('roof', index)).to.equal(204)
    expect(await next()).to.deep.include({ start: FIRST + 191 * SLOT, missing: ['cellar'] })
    expect(notices.at(-1)).to.equal('Nothing was reported of cellar.')
    expect(await next()).to.deep.include({ start: FIRST + 400 * SLOT, missing: ['roof'] })

    const waiting = slots.next()
    ended.abort()
    expect(await waiting).to.deep.equal({ done: true, value: undefined })
  })

  it('are refused what would wait too long as well when all of it comes at once', async () => {
    const [tokens, file] = [files.path('roof.json'), files.path('roof.csv')]
    const source = sourceOf({ tokens, home: ['roof'], host: '127.0.0.1', port: 0 })
    const init = { source, seconds: SLOT, file, signal: AbortSignal.timeout(20_000), onNotice: () => {} }
    await using roof = await openMeters(init)
    const { host, hostname, port, pathname } = new URL(/POST (\S+)/.exec(roof.name)?.[1] ?? '')
    const { roof: token } = JSON.parse(readFileSync(tokens, 'utf8'))
    const requests = Array.from({ length: 500 }, (_, index) => {
      const start = FIRST + index * SLOT
      const body = JSON.stringify({ start, end: start + SLOT, loadWh: 1 })
      const headers = `Host: ${host}\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${body.length}`
      return `POST ${pathname} HTTP/1.1\r\n${headers}\r\n\r\n${body}`
    })
    const socket = connect({ host: hostname, port: Number(port) })
    socket.write(requests.join(''))
    let answers = ''
    for await (const part of socket) answers += part
    expect(answers).to.include(' 429 ')
    expect(answers.split(' 204 ')).to.have.length(97)
    expect(readFileSync(file, 'utf8').trim().split('\n')).to.have.length(97)
  })
})
