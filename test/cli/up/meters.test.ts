import { readFileSync } from 'node:fs'
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

    // The cellar is silent: the slot comes all the same when two later ones have begun.
    for (const index of [96, 97, 98]) expect(await push('roof', index)).to.equal(204)
    expect(await next()).to.deep.include({ start: FIRST + 96 * SLOT, missing: ['cellar'] })
    expect(notices.at(-1)).to.equal('Nothing was reported of cellar.')

    const waiting = slots.next()
    ended.abort()
    expect(await waiting).to.deep.equal({ done: true, value: undefined })
  })
})
