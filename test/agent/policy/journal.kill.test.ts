import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { openJournal } from '../../../agent/policy/journal.ts'
import { SEED } from '../../seed.ts'
import { temporaryPaths } from '../support/temporary.ts'

const APPENDER = join(import.meta.dirname, 'fixtures', 'appender.ts')

describe('journal under kill -9', () => {
  const path = temporaryPaths()

  /** Runs the appender until it has acknowledged `count` further entries, kills it, and gives what it acknowledged. */
  async function appendUntilKilled(file: string, count: number): Promise<number[]> {
    const child = spawn(process.execPath, [APPENDER, file], { stdio: ['pipe', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk
      if (text.split('\n').length > count) child.kill('SIGKILL')
    })
    const [, signal] = await once(child, 'close')
    expect(signal).to.equal('SIGKILL')
    return text.split('\n').slice(0, -1).map(Number)
  }

  it(`has everything that was acknowledged before five kills (seed ${SEED})`, async function () {
    this.timeout(60_000)
    const file = path('killed')
    let known = 0
    for (const count of fc.sample(fc.integer({ min: 1, max: 400 }), { seed: SEED, numRuns: 5 })) {
      const acknowledged = await appendUntilKilled(file, count)
      expect(acknowledged.length, 'acknowledged in this life').to.be.at.least(count)
      const { journal, entries } = await openJournal(file)
      await journal.close()
      const numbers = (entries as { number: number; square: bigint }[]).map(({ number, square }) => {
        expect(square).to.equal(BigInt(number) ** 2n)
        return number
      })
      expect(numbers, 'no gap, nothing twice').to.deep.equal(numbers.map((_, index) => index))
      expect(numbers.length).to.be.above(Math.max(...acknowledged))
      expect(numbers.length).to.be.at.least(known + acknowledged.length)
      known = numbers.length
    }
  })
})
