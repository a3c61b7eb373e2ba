import { appendFileSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { openJournal } from '../../../agent/policy/journal.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { temporaryPaths } from '../support/temporary.ts'

/** Anything that an entry may hold: JSON, and bigints at any depth; texts that look like written bigints too. */
const lookalike = fc.stringMatching(/^['n]{0,2}-?\d{1,5}n$/)
const { value: entry } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.bigInt(),
    lookalike,
    fc.string({ unit: 'grapheme' }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie('value'), { maxKeys: 3 }),
  ),
}))

describe('journal', () => {
  const path = temporaryPaths()

  async function write(entries: readonly unknown[], file: string): Promise<void> {
    const { journal } = await openJournal(file)
    await Promise.all(entries.map((value) => journal.append(value)))
    await journal.close()
  }

  async function read(file: string): Promise<unknown[]> {
    const { journal, entries } = await openJournal(file)
    await journal.close()
    return entries
  }

  it('begins empty, for its owner alone', async () => {
    const file = path('new')
    expect(await read(file)).to.deep.equal([])
    expect(statSync(file).mode & 0o777).to.equal(0o600)
  })

  it('gives back what was appended, bigints and all that looks like one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 5 }), fc.array(entry, { maxLength: 3 }), async (a, b) => {
        const file = path('round-trip')
        await write(a, file)
        expect(await read(file)).to.deep.equal(a)
        await write(b, file)
        expect(await read(file)).to.deep.equal([...a, ...b])
      }),
      { numRuns: 60 },
    )
  })

  it('keeps a text that looks like a bigint a text', async () => {
    const entries = [{ text: '123n', number: 123n }, "'123n", "''-7n", ['0n', 0n]]
    const file = path('lookalike')
    await write(entries, file)
    expect(await read(file)).to.deep.equal(entries)
  })

  it('cuts off a last line wherever it is torn, and goes on after it', async () => {
    const file = path('torn')
    await write([{ n: 1n }], file)
    const whole = statSync(file).size
    await write([{ text: 'Grüße, 日本' }], file)
    const bytes = readFileSync(file)
    for (let size = whole; size < bytes.length; size++) {
      writeFileSync(file, bytes.subarray(0, size))
      expect(await read(file), `torn after ${size} bytes`).to.deep.equal([{ n: 1n }])
      expect(statSync(file).size).to.equal(whole)
    }
    await write([{ n: 2n }], file)
    expect(await read(file)).to.deep.equal([{ n: 1n }, { n: 2n }])
  })

  const damages: Record<string, (file: string) => void> = {
    'a line in the middle': (file) =>
      writeFileSync(file, readFileSync(file, 'utf8').replace('{"n":"2n"}', '{"n":"2n"')),
    'a whole last line': (file) => appendFileSync(file, 'garbage\n'),
    'a last line that is followed by another': (file) => {
      truncateSync(file, statSync(file).size - 4)
      appendFileSync(file, '{"n":"4n"}\n')
    },
  }
  const damagedLine: Record<string, number> = {
    'a line in the middle': 2,
    'a whole last line': 4,
    'a last line that is followed by another': 3,
  }
  for (const [what, damage] of Object.entries(damages)) {
    it(`is refused with damage to ${what}, and left as it is`, async () => {
      const file = path('damaged')
      await write([{ n: 1n }, { n: 2n }, { n: 3n }], file)
      damage(file)
      const before = readFileSync(file)
      const error = await openJournal(file).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(ConfigError)
      expect(error).to.include({ code: 'JOURNAL_DAMAGED', field: `${file}:${damagedLine[what]}` })
      expect(readFileSync(file).equals(before)).to.equal(true)
    })
  }

  it('waits on closing for what was appended', async () => {
    const file = path('closing')
    const { journal } = await openJournal(file)
    const appended = Array.from({ length: 100 }, (_, n) => journal.append(n))
    await journal.close()
    expect(await read(file)).to.have.lengthOf(100)
    await Promise.all(appended)
  })

  describe('flushing', () => {
    let prototype: Pick<FileHandle, 'datasync'>
    let original: FileHandle['datasync']
    let syncs: { size: number }[]
    const file = path('flushing')

    before(async () => {
      const handle = await open(file, 'a')
      await handle.close()
      prototype = Object.getPrototypeOf(handle)
      original = prototype.datasync
    })
    beforeEach(() => {
      syncs = []
      // Not in place of the system's, but around it: what has been flushed when it returns.
      prototype.datasync = async function (this: FileHandle) {
        const { size } = await this.stat()
        await original.call(this)
        syncs.push({ size })
      }
    })
    afterEach(() => {
      prototype.datasync = original
    })

    it('is shared by what is appended at once', async () => {
      const { journal } = await openJournal(file)
      await Promise.all(Array.from({ length: 1000 }, (_, n) => journal.append({ n })))
      expect(syncs).to.have.lengthOf(1)
      await Promise.all(Array.from({ length: 1000 }, (_, n) => journal.append({ n: 1000 + n })))
      expect(syncs).to.have.lengthOf(2)
      await journal.close()
      expect(await read(file)).to.have.lengthOf(2000)
    })

    it('is over before an entry is acknowledged, also of one that came during a flush', async () => {
      const { journal } = await openJournal(path('order'))
      let expected = 0
      const append = async (n: number) => {
        expected += `${JSON.stringify({ n })}\n`.length
        const end = expected
        await journal.append({ n })
        expect(syncs.at(-1)?.size ?? 0).to.be.at.least(end)
      }
      const appended: Promise<void>[] = []
      for (let n = 0; n < 200; n++) {
        appended.push(append(n))
        // Some in one turn, some in a later one, while the disk is at work.
        if (n % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      await Promise.all(appended)
      await journal.close()
      expect(syncs.length).to.be.within(2, 199)
    })
  })

  it('leaves out what is not needed when it has grown, and nothing that came meanwhile', async () => {
    const file = path('grown')
    const isEven = (value: unknown) => Number(value) % 2 === 0
    const { journal } = await openJournal(file, (all) => all.filter(isEven))
    const numbers = Array.from({ length: 10_000 }, (_, index) => index)
    // In bundles that overlap with looking it through.
    for (let from = 0; from < numbers.length; from += 250) {
      const appending = numbers.slice(from, from + 250).map((number) => journal.append(number))
      if (from % 1_000 === 0) await Promise.all(appending)
    }
    await journal.close()
    const left = await read(file)
    expect(left.filter(isEven)).to.deep.equal(numbers.filter(isEven))
    expect(left.length).to.be.lessThan(numbers.length)
  })

  it('acknowledges nothing any more once the disk was full, so that what it holds stays readable', async () => {
    const file = path('full')
    const { journal } = await openJournal(file)
    await journal.append({ n: 1n })
    const handle = await open(file, 'a')
    await handle.close()
    const prototype: Pick<FileHandle, 'appendFile'> = Object.getPrototypeOf(handle)
    const original = prototype.appendFile
    // What a full disk does: part of the data is written, and the rest is refused.
    prototype.appendFile = async function (this: FileHandle, data) {
      const text = String(data)
      await original.call(this, text.slice(0, text.length / 2))
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    }
    const refused = await journal.append({ n: 2n }).catch((error: unknown) => error)
    prototype.appendFile = original
    const later = await Promise.all(
      [3n, 4n].map((n) => journal.append({ n }).catch((error: unknown) => error)),
    )
    for (const error of [refused, ...later]) {
      expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'JOURNAL_FAILED', field: file })
    }
    await journal.close()
    expect(await read(file)).to.deep.equal([{ n: 1n }])
  })
})
