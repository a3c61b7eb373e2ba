import { expect } from 'chai'
import { TimeoutError } from '../../../agent/index.ts'
import { mixing } from '../../../examples/compute-seller/check.ts'
import { until } from '../support/until.ts'
import { ENDLESS, I32, importedMemory, moduleOf, runPatiently } from './modules.ts'
import { refusal, rejection } from './refusal.ts'
import { expectNone, isLinux, sandboxes } from './sandboxes.ts'

describe('runModule', function () {
  this.timeout(60_000)
  const endless = moduleOf({ code: ENDLESS })

  afterEach('no process is left', expectNone)

  describe('runs modules', () => {
    const mixed = (n: number) => {
      let x = 0
      for (let left = n; left > 0; left--) x = (Math.imul(x, 31) + left) | 0
      return x
    }

    it('that give what the same computation gives here', async () => {
      const inputs = [1, 2, 3, 1_000, 99_999]
      expect(await runPatiently(mixing, inputs)).to.deep.equal(inputs.map(mixed))
    })

    it('on all integers of 32 bits, and on none', async () => {
      const inputs = [0, -1, 2 ** 31 - 1, -(2 ** 31)]
      expect(await runPatiently(moduleOf({}), inputs)).to.deep.equal(inputs)
      expect(await runPatiently(moduleOf({}), [])).to.deep.equal([])
    })

    it('beside one another', async () => {
      const runs = [1, 2, 3].map((input) => runPatiently(mixing, [input]))
      expect(await Promise.all(runs)).to.deep.equal([1, 2, 3].map((input) => [mixed(input)]))
    })

    it('that remember nothing from one input to the next', async () => {
      // (global (mut i32) (i32.const 0)), which each call adds its input to.
      const globals = [1, I32, 1, 0x41, 0, 0x0b]
      const code = [0x23, 0, 0x20, 0, 0x6a, 0x24, 0, 0x23, 0]
      expect(await runPatiently(moduleOf({ globals, code }), [1, 2, 3])).to.deep.equal([1, 2, 3])
      // (memory.grow (local.get 0)) gives how many pages there were, or -1.
      const growing = moduleOf({ imports: importedMemory(1), code: [0x20, 0, 0x40, 0] })
      expect(await runPatiently(growing, [15, 15, 16])).to.deep.equal([1, 1, -1])
      expect(await runPatiently(growing, [1, 2, 1], { maxPages: 2 })).to.deep.equal([1, -1, 1])
    })

    it('whose memory has as much room to grow in the last of its runs as in the first', async () => {
      const growing = moduleOf({ imports: importedMemory(1), code: [0x20, 0, 0x40, 0] })
      const inputs = Array.from({ length: 50 }, () => 4_095)
      const results = await runPatiently(growing, inputs, { maxPages: 4_096, timeout: 30_000 })
      expect(new Set(results)).to.deep.equal(new Set([1]))
    })
  })

  describe('ends what takes too long', () => {
    const late = { timeout: 200 }

    it('in a run', async () => {
      const error = await refusal(runPatiently(endless, [1], late), TimeoutError, 'MODULE_LATE')
      expect(error.message).to.include('200 ms')
    })

    it('in its start', async () => {
      const module = moduleOf({ from: [], to: [], code: [0x03, 0x40, 0x0c, 0, 0x0b], isStart: true })
      await refusal(runPatiently(module, [1], late), TimeoutError, 'MODULE_LATE')
    })

    it('over all its inputs together', async () => {
      // From 0 it counts through all of 2^32 numbers.
      const inputs = Array.from({ length: 100 }, () => 0)
      await refusal(runPatiently(mixing, inputs, late), TimeoutError, 'MODULE_LATE')
    })

    it('or when it is told to, with the reason', async () => {
      const reason = new Error('enough')
      const controller = new AbortController()
      const run = rejection(runPatiently(endless, [1], { timeout: 60_000, signal: controller.signal }))
      if (isLinux) await until(() => sandboxes().length === 1)
      controller.abort(reason)
      expect(await run).to.equal(reason)
      expect(await rejection(runPatiently(mixing, [1], { signal: controller.signal }))).to.equal(reason)
    })
  })
})
