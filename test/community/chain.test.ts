import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import { type LocalChain, startChain } from '../../community/chain.ts'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { temporaryDirectory } from './temporary-file.ts'

const genesisOf = async (chain: LocalChain) => {
  const client = createPublicClient({ transport: http(chain.rpcUrl) })
  return (await client.getBlock({ blockNumber: 0n })).hash
}

describe('startChain', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const chains: LocalChain[] = []
  const start = async () => {
    const chain = await startChain(files.path('logs/chain.log'))
    chains.push(chain)
    return chain
  }
  afterEach(async () => void (await Promise.all(chains.splice(0).map((chain) => chain.stop()))))

  it('gives every start a genesis of its own', async () => {
    const [one, two] = await Promise.all([start(), start()])
    expect(await genesisOf(one)).to.not.equal(await genesisOf(two))
  })

  it('listens on loopback alone', async function () {
    skipUnlessLinux(this, 'a process tells of its sockets in /proc, which Linux alone has')
    const chain = await start()
    expect(new URL(chain.rpcUrl).hostname).to.equal('127.0.0.1')
    const open = readFileSync(`/proc/${chain.pid}/net/tcp`, 'utf8')
    const port = Number(new URL(chain.rpcUrl).port).toString(16).toUpperCase().padStart(4, '0')
    expect(open).to.include(`0100007F:${port} 00000000:0000 0A`)
    expect(open).to.not.include(` 00000000:${port} `)
  })

  it('is gone after stop, and says so', async () => {
    const chain = await start()
    await chain.stop()
    await chain.ended
    expect(() => process.kill(chain.pid ?? 0, 0)).to.throw('ESRCH')
  })

  it('ends when the process that started it is killed', async () => {
    const starter = files.write(
      'starter.mjs',
      `import { startChain } from ${JSON.stringify(import.meta.resolve('../../community/chain.ts'))}
       const { pid } = await startChain(${JSON.stringify(files.path('orphan.log'))})
       process.send(pid)`,
    )
    const parent = fork(starter)
    const [pid] = (await once(parent, 'message')) as [number]
    parent.kill('SIGKILL')
    await waitUntilGone(pid)
  })
})

/** Waits for the end of a process that is no child of this one, which therefore can only be looked at. */
async function waitUntilGone(pid: number): Promise<void> {
  for (let looks = 0; looks < 200; looks++) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await delay(50)
  }
  throw new Error(`process ${pid} is still there`)
}
