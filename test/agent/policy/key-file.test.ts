import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { bytesToHex } from 'viem'
import { identityFromKey } from '../../../agent/network/identity.ts'
import { loadKey } from '../../../agent/policy/key-file.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { temporaryPaths } from '../support/temporary.ts'

const LOADER = join(import.meta.dirname, 'fixtures', 'key-loader.ts')

describe('loadKey', () => {
  const path = temporaryPaths()

  it('makes a key where there is none, for its owner alone, and gives the same one ever after', async () => {
    const file = join(path('home'), 'key')
    const key = await loadKey(file)
    expect(key).to.have.lengthOf(32)
    expect(statSync(file).mode & 0o777).to.equal(0o600)
    expect(statSync(dirname(file)).mode & 0o777).to.equal(0o700)
    expect(readFileSync(file, 'utf8')).to.equal(`${bytesToHex(key).slice(2)}\n`)
    expect(await loadKey(file)).to.deep.equal(key)
    expect(readdirSync(dirname(file)), 'nothing else is left').to.deep.equal(['key'])
  })

  it('makes another key for every file', async () => {
    const keys = await Promise.all([1, 2, 3, 4].map(() => loadKey(path('key'))))
    expect(new Set(keys.map((key) => bytesToHex(key))).size).to.equal(4)
  })

  it('reads what a person may have written: upper case, white space around it', async () => {
    const file = path('key')
    writeFileSync(file, `\n ${'AB'.repeat(32)} \n\n`)
    expect(bytesToHex(await loadKey(file))).to.equal(`0x${'ab'.repeat(32)}`)
  })

  const garbage: Record<string, string> = {
    'an empty file': '',
    'one digit less': 'a'.repeat(63),
    'one digit more': 'a'.repeat(65),
    'another letter': `${'a'.repeat(63)}g`,
    'a prefix': `0x${'a'.repeat(64)}`,
    'white space inside': `${'a'.repeat(32)} ${'a'.repeat(32)}`,
  }
  for (const [what, content] of Object.entries(garbage)) {
    it(`refuses ${what}, leaves it as it is, and does not repeat what might be a key`, async () => {
      const file = path('garbage')
      writeFileSync(file, content)
      const error = await loadKey(file).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'KEY_FILE_INVALID', field: file })
      expect(String(error)).to.not.include('aaaa')
      expect(readFileSync(file, 'utf8')).to.equal(content)
    })
  }

  it('does not take a folder, or a file that cannot be read, for a missing one', async () => {
    const folder = path('folder')
    mkdirSync(folder)
    const error = await loadKey(folder).catch((reason: NodeJS.ErrnoException) => reason.code)
    expect(error).to.equal('EISDIR')
  })

  it('gives one key to all that ask at once in one process', async () => {
    const file = join(path('at-once'), 'key')
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadKey(file)))
    expect(new Set(keys.map((key) => bytesToHex(key))).size).to.equal(1)
    expect(readFileSync(file, 'utf8').trim()).to.equal(bytesToHex(keys[0] ?? new Uint8Array()).slice(2))
  })

  it('gives one key to all processes that start at once', async function () {
    this.timeout(30_000)
    const file = join(path('processes'), 'key')
    const starting = [1, 2, 3].map(() => spawn(process.execPath, [LOADER, file], { stdio: 'pipe' }))
    await Promise.all(starting.map(({ stdout }) => once(stdout, 'data')))
    // All are at the same point now, and go on together.
    const answers = starting.map(async (child) => {
      child.stdin.end()
      return text(child.stdout)
    })
    const keys = await Promise.all(answers)
    expect(keys[0]).to.match(/^[0-9a-f]{64}$/)
    expect(new Set(keys).size).to.equal(1)
    expect(readFileSync(file, 'utf8').trim()).to.equal(keys[0])
  })

  it('makes a key that is a valid identity', async () => {
    const file = path('valid')
    const { address } = identityFromKey(await loadKey(file))
    expect(existsSync(file)).to.equal(true)
    expect(identityFromKey(await loadKey(file)).address).to.equal(address)
  })
})
