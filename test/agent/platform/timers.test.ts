import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect } from 'chai'
import { sleep } from '../../../agent/platform/timers.ts'

const TIMERS = join(import.meta.dirname, '..', '..', '..', 'agent', 'platform', 'timers.ts')

describe('sleep', () => {
  it('waits, and no longer', async () => {
    const begin = performance.now()
    const { signal } = new AbortController()
    // Timers that are in the background end no test run, but a test that waits for one is held up by others.
    const keeper = setTimeout(() => undefined, 10_000)
    await sleep(30, signal).finally(() => clearTimeout(keeper))
    expect(performance.now() - begin).to.be.within(29, 5_000)
  })

  it('ends at once by its signal, also by one that was aborted before', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    const waiting = sleep(60_000, abort.signal).catch((error: unknown) => error)
    abort.abort(reason)
    expect(await waiting).to.equal(reason)
    expect(await sleep(60_000, abort.signal).catch((error: unknown) => error)).to.equal(reason)
  })

  it('holds up no end of a process', () => {
    const program = `import { background, sleep } from ${JSON.stringify(TIMERS)}
      background(setInterval(() => undefined, 60_000))
      void sleep(60_000, new AbortController().signal)`
    const { status, error } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 20_000,
    })
    expect(error).to.equal(undefined)
    expect(status).to.equal(0)
  })
})
