import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { BEGUN } from '../../../agent/compute/job.ts'
import { ConfigError, RefusedError } from '../../../agent/index.ts'
import { mixing } from '../../../examples/compute-seller/check.ts'
import { skipUnlessLinux } from '../support/skip.ts'
import { until } from '../support/until.ts'
import { ENDLESS, importedMemory, moduleOf, nested, runPatiently } from './modules.ts'
import { refusal, rejection } from './refusal.ts'
import { expectNone, sandboxes } from './sandboxes.ts'

const compute = join(import.meta.dirname, '..', '..', '..', 'agent', 'compute')

describe('the process that a module runs in', function () {
  this.timeout(60_000)
  const endless = moduleOf({ code: ENDLESS })

  afterEach('no process is left', expectNone)

  it('outlives a module whose compiler takes all the memory that there is', async function () {
    skipUnlessLinux(this, 'limits of processes are looked at as Linux has them')
    // 25 KB, for which a baseline compiler would take 4 GB.
    await refusal(runPatiently(nested(4_000, 40_000), [1]), RefusedError, 'MODULE_ENDED')
    expect(await runPatiently(mixing, [1])).to.deep.equal([1])
  })

  it('has no results where there is less memory than the module may have', async function () {
    skipUnlessLinux(this, 'limits of processes are looked at as Linux has them')
    // (memory.grow (local.get 0)), for which a machine that has no more gives -1.
    const growing = moduleOf({ imports: importedMemory(1), code: [0x20, 0, 0x40, 0] })
    const job = { module: Buffer.from(growing).toString('base64'), inputs: [1], maxPages: 16_384 }
    const program = [process.execPath, '--expose-gc', join(compute, 'module-process.ts')]
    const limited = spawn('/bin/sh', ['-c', 'ulimit -d 1048576 && exec "$@"', 'sh', ...program], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const said: unknown[] = []
    limited.on('message', (message) => said.push(message))
    limited.send(job)
    expect(await once(limited, 'close')).to.deep.equal([1, null])
    expect(said).to.deep.equal([BEGUN])
  })

  it('says so when there is no process to run a module in', async () => {
    const { execPath } = process
    process.execPath = '/nowhere/node'
    const run = runPatiently(mixing, [1])
    process.execPath = execPath
    await refusal(run, ConfigError, 'SANDBOX_FAILED')
  })

  it('gives its process nothing of this one, and bounds what that may take', async function () {
    skipUnlessLinux(this, 'limits of processes are looked at as Linux has them')
    const controller = new AbortController()
    const run = rejection(runPatiently(endless, [1], { timeout: 60_000, signal: controller.signal }))
    const [sandbox = ''] = await until(() => {
      const found = sandboxes()
      return found.length > 0 && found
    })
    const [environment, limits] = ['environ', 'limits'].map((file) =>
      readFileSync(`${sandbox}/${file}`, 'utf8'),
    ) as [string, string]
    const streams = [0, 1, 2].map((stream) => readlinkSync(`${sandbox}/fd/${stream}`))
    controller.abort()
    await run

    const names = environment.split('\0').map((each) => each.split('=')[0])
    expect(['', 'NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE', 'PWD']).to.include.members(names)
    expect(new Set(streams)).to.deep.equal(new Set(['/dev/null']))
    expect(limits).to.match(/^Max data size +1074790400 +1074790400 /m)
    expect(limits).to.match(/^Max cpu time +480 +480 /m)
  })
})
