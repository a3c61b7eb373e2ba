import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { expect } from 'chai'
import { lockDirectory } from '../../indexer/store/directory-lock.ts'
import { Store } from '../../indexer/store/store.ts'
import { skipUnlessLinux } from '../agent/support/skip.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

describe('the lock of a data directory', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const children: ChildProcess[] = []
  let count = 0
  const directory = () => files.path(`index-${count++}`)
  after(() => {
    for (const child of children) child.kill('SIGKILL')
  })

  /** A process that takes the lock and keeps it. */
  async function holder(path: string): Promise<ChildProcess> {
    const source = `
      const { lockDirectory } = await import(${JSON.stringify(import.meta.resolve('../../indexer/store/directory-lock.ts'))})
      lockDirectory(${JSON.stringify(path)})
      console.log('locked')
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    await once(child.stdout, 'data')
    return child
  }

  it('refuses a second process, and names the one that holds it', async () => {
    const path = directory()
    const child = await holder(path)
    expect(() => lockDirectory(path))
      .to.throw(`pid ${child.pid}`)
      .with.property('code', 'DIRECTORY_LOCKED')
    await Store.open({ dataDir: path }).then(
      () => expect.fail('opened a directory that another process uses'),
      (error: Error) => {
        expect(error).to.include({ code: 'DIRECTORY_LOCKED' })
        expect(error.message).to.include('`dataDir`')
      },
    )
    expect(existsSync(`${path}/pg`)).to.equal(false)
  })

  it('refuses the same process', () => {
    const path = directory()
    const lock = lockDirectory(path)
    expect(() => lockDirectory(path)).to.throw(`pid ${process.pid}`)
    lock.release()
    lockDirectory(path).release()
    expect(readdirSync(path)).to.deep.equal([])
  })

  it('takes over from a process that was killed', async () => {
    const path = directory()
    const child = await holder(path)
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
    expect(existsSync(`${path}/lock`)).to.equal(true)
    lockDirectory(path).release()
    expect(readdirSync(path)).to.deep.equal([])
  })

  it('takes over when the pid belongs to another process by now', function () {
    skipUnlessLinux(this, 'when a process began is read from /proc, which Linux alone has')
    const lived = JSON.stringify({ pid: process.ppid, startedAt: '1' })
    const path = files.path(`index-${count}/lock`)
    lockDirectory(directory()).release()
    files.write(`index-${count - 1}/lock`, lived)
    expect(existsSync(path)).to.equal(true)
    lockDirectory(files.path(`index-${count - 1}`)).release()
    expect(existsSync(path)).to.equal(false)
  })

  it('gives a lock that many want at once to one of them', async () => {
    const path = directory()
    const dead = await holder(path)
    const exited = once(dead, 'exit')
    dead.kill('SIGKILL')
    await exited
    const module = JSON.stringify(import.meta.resolve('../../indexer/store/directory-lock.ts'))
    const source = `
      const { lockDirectory } = await import(${module})
      try { lockDirectory(${JSON.stringify(path)}); console.log('won') } catch (error) { console.log(error.code) }
      process.stdin.resume()`
    const racers = Array.from({ length: 4 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    children.push(...racers)
    const answers = await Promise.all(
      racers.map(async (racer) => String((await once(racer.stdout, 'data'))[0]).trim()),
    )
    expect(answers.toSorted()).to.deep.equal([...Array(3).fill('DIRECTORY_LOCKED'), 'won'])
  })
})
