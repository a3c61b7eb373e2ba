import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { expect } from 'chai'
import type { Finding } from '../../cli/doctor/checks.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

describe('mesh doctor', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const examine = async () => {
    const { code, stdout } = await mesh(files.path('.'), 'doctor', '--json')
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Finding[] }
    return { code, ok, checks: new Map(checks.map((check) => [check.name, check])) }
  }

  it('finds nothing missing where the tests can run', async () => {
    const { code, ok, checks } = await examine()
    expect(code).to.equal(0)
    expect(ok).to.equal(true)
    expect([...checks.keys()]).to.deep.equal(
      'node signatures quic hardhat packages contracts loopback port state lock'.split(' '),
    )
    for (const name of ['node', 'quic', 'hardhat', 'packages', 'contracts', 'loopback', 'state', 'lock']) {
      expect(checks.get(name)?.status, name).to.equal('ok')
    }
    expect(checks.get('signatures')?.detail).to.match(/secp256k1/)
  })

  it('prints a line per check', async () => {
    const { stdout } = await mesh(files.path('.'), 'doctor')
    expect(stdout.trim().split('\n')).to.have.length(10)
  })

  it('warns of a taken port, with the remedy', async () => {
    const server = createServer()
    // Whoever holds the port, it is taken.
    server.on('error', () => undefined).listen(8787, '127.0.0.1')
    await Promise.race([once(server, 'listening'), once(server, 'error')]).catch(() => undefined)
    const { code, checks } = await examine()
    server.close()
    expect(checks.get('port')).to.include({ status: 'warn' })
    expect(checks.get('port')?.remedy).to.include('--port')
    expect(code).to.equal(0)
  })

  it('clears a lock that a dead process left, and says so', async () => {
    mkdirSync(files.path('.mesh'))
    files.write('.mesh/lock', JSON.stringify({ pid: 2 ** 22 - 1, startedAt: '1' }))
    expect((await examine()).checks.get('lock')).to.include({ status: 'warn' })
    expect((await examine()).checks.get('lock')).to.include({ status: 'ok' })
  })
})
