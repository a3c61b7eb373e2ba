import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'

/** Runs a program of an agent in a process of its own, and sends it signals when it says that it is ready. */
async function outcomeOf(program: string, ...signals: NodeJS.Signals[]) {
  const source = `
    import { setTimeout as delay } from 'node:timers/promises'
    import { ConfigError, runAgent } from '@mesh/sdk'
    await runAgent(async (signal) => { ${program} })`
  const child = spawn(
    process.execPath,
    ['--no-warnings', '--conditions=mesh-source', '--input-type=module', '-e', source],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
      if (output.includes('ready')) for (const signal of signals.splice(0)) child.kill(signal)
    })
  }
  const [code] = await once(child, 'close')
  return { code, output }
}

describe('runAgent', function () {
  this.timeout(60_000)
  const waits = `console.log('ready'); await delay(3_600_000, undefined, { signal })`

  it('ends with its program', async () => {
    expect(await outcomeOf(`console.log('done')`)).to.deep.equal({ code: 0, output: 'done\n' })
  })

  it('is told to end by a signal, which is no failure, and ends in good order', async () => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      const { code, output } = await outcomeOf(`try { ${waits} } finally { console.log('left') }`, name)
      expect({ code, output }).to.deep.equal({ code: 0, output: 'ready\nleft\n' })
    }
  })

  it('takes the Ctrl-C that npm passes on for the same', async () => {
    const { code, output } = await outcomeOf(
      `try { ${waits} } finally { await delay(200); console.log('left') }`,
      'SIGINT',
      'SIGINT',
    )
    expect({ code, output }).to.deep.equal({ code: 0, output: 'ready\nleft\n' })
  })

  it('says what is wrong and what to do, and fails', async () => {
    const error = `new ConfigError('X', 'It is wrong.', { field: 'api', remedy: 'Mend it.' })`
    const { code, output } = await outcomeOf(`throw ${error}`)
    expect(code).to.equal(1)
    expect(output).to.include('It is wrong.').and.include('Mend it.').and.not.include('at async')
  })

  it('hides no fault of the way out', async () => {
    const { code, output } = await outcomeOf(
      `try { ${waits} } finally { throw new TypeError('bug') }`,
      'SIGINT',
    )
    expect(code).to.equal(1)
    expect(output).to.include('TypeError: bug')
  })
})
