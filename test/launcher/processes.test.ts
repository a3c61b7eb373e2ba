import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { until } from '../agent/support/until.ts'
import { Clone, isRunning, type Started } from './clone.ts'

/** Milliseconds between two presses of a person; twice what the launcher takes for one press. */
const PAUSE = 1_000

const processTree = readFileSync(join(import.meta.dirname, 'fixtures', 'process-tree.ts'), 'utf8')

describe('launcher: no process is left behind', () => {
  let clone: Clone

  beforeEach(() => {
    clone = new Clone()
    clone.write('cli/main.ts', processTree)
  })
  afterEach(() => clone.remove())

  /** The numbers that the processes noted under a word. */
  const noted = (word: string) =>
    clone.notes().flatMap((line) => (line.split(' ')[1] === word ? [Number(line.split(' ')[2])] : []))

  /** Starts npm -> launcher -> command -> two leaves; gives all of their process ids. */
  async function startTree(second: 'leaf' | 'stubborn') {
    const npm = clone.npmRun('mesh', ['tree', second])
    await until(() => noted('pid').length === 3)
    const launcher = parentOf('tree')
    return { npm, launcher, all: [npm.pid, launcher, ...noted('pid')] }
  }

  function parentOf(role: string): number {
    const line = clone.notes().find((note) => note.startsWith(`${role} parent `))
    return Number(line?.split(' ')[2])
  }

  const allGone = (pids: number[]) => until(() => !pids.some(isRunning))
  const count = (note: string) => clone.notes().filter((line) => line === note).length

  /** What a terminal does on Ctrl-C: SIGINT to every process of its foreground group. */
  const pressCtrlC = (npm: Started) => process.kill(-npm.pid, 'SIGINT')

  it('Ctrl-C at a terminal', async () => {
    const { npm, all } = await startTree('stubborn')
    pressCtrlC(npm)
    const [code] = await once(npm.process, 'exit')
    expect(all.filter(isRunning), 'processes that outlived npm').to.deep.equal([])
    expect(count('tree SIGINT')).to.equal(1)
    expect(code).to.equal(7)
  })

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`${signal} to npm alone`, async () => {
      const { npm, all } = await startTree('leaf')
      npm.process.kill(signal)
      await allGone(all)
      expect(count(`tree ${signal}`), 'times the command got it').to.equal(1)
    })
  }

  it('kill -9 of npm', async () => {
    const { npm, all } = await startTree('stubborn')
    npm.process.kill('SIGKILL')
    await allGone(all)
    expect(count('tree SIGTERM'), 'times the command was asked politely').to.equal(1)
  })

  it('kill -9 of the launcher', async () => {
    const { launcher, all } = await startTree('stubborn')
    process.kill(launcher, 'SIGKILL')
    await allGone(all)
    expect(count('tree SIGTERM'), 'times the command was asked politely').to.equal(1)
  })

  it('kill -9 of the command', async () => {
    const { npm, all } = await startTree('leaf')
    process.kill(noted('pid')[0] ?? 0, 'SIGKILL')
    await allGone(all)
    expect(await npm.ended).to.equal(137)
  })

  it('SIGHUP to the launcher', async () => {
    const { launcher, all } = await startTree('leaf')
    process.kill(launcher, 'SIGHUP')
    await allGone(all)
    expect(count('tree SIGHUP')).to.equal(1)
  })

  it('a second Ctrl-C kills what ignored the first', async () => {
    const npm = clone.npmRun('mesh', ['deaf'])
    await until(() => noted('parent').length === 1)
    pressCtrlC(npm)
    await until(() => count('deaf SIGINT') === 1)
    // What comes sooner the launcher takes for the same press; a third one would hit npm, when the launcher is gone.
    await sleep(PAUSE)
    pressCtrlC(npm)
    await until(() => !noted('pid').some(isRunning))
    expect(await npm.ended).to.equal(137)
    expect(npm.output.stderr).to.include('was told twice to stop')
  })

  it('a command that ignores Ctrl-C gets it once and is killed after the grace', async () => {
    const npm = clone.npmRun('mesh', ['deaf'])
    await until(() => noted('parent').length === 1)
    // Two signals that come at once count as one anyway. The pause lets the terminal's, should it reach the command
    // (it must not), arrive well before the launcher's.
    const launcher = parentOf('deaf')
    process.kill(launcher, 'SIGSTOP')
    pressCtrlC(npm)
    await sleep(200)
    process.kill(launcher, 'SIGCONT')
    await allGone([npm.pid, launcher, ...noted('pid')])
    expect(count('deaf SIGINT')).to.equal(1)
    expect(npm.output.stderr).to.include('did not stop within')
  })
})
