import { existsSync, mkdirSync } from 'node:fs'
import { expect } from 'chai'
import { lockDirectory } from '../../indexer/store/directory-lock.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

describe('mesh reset', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const run = (...args: string[]) => mesh(files.path('.'), 'reset', ...args)

  beforeEach(() => {
    mkdirSync(files.path('.mesh/0123456789ab/homes/a'), { recursive: true })
    files.write('.mesh/0123456789ab/homes/a/key', '00')
  })

  it('removes the state when told so', async () => {
    const { code, stdout } = await run('--yes')
    expect(code).to.equal(0)
    expect(stdout).to.include('Removed')
    expect(existsSync(files.path('.mesh'))).to.equal(false)
  })

  it('removes nothing when there is nobody to ask', async () => {
    const { code, stderr } = await run()
    expect(code).to.equal(1)
    expect(stderr).to.include('--yes')
    expect(existsSync(files.path('.mesh/0123456789ab/homes/a/key'))).to.equal(true)
    expect(existsSync(files.path('.mesh/lock'))).to.equal(false)
  })

  it('refuses while a market runs', async () => {
    const lock = lockDirectory(files.path('.mesh'))
    try {
      const { code, stderr } = await run('--yes')
      expect(code).to.equal(1)
      expect(stderr).to.include(String(process.pid))
      expect(existsSync(files.path('.mesh/0123456789ab/homes/a/key'))).to.equal(true)
    } finally {
      lock.release()
    }
  })

  it('has nothing to do twice', async () => {
    await run('--yes')
    const { code, stdout } = await run('--yes')
    expect(code).to.equal(0)
    expect(stdout).to.include('nothing to remove')
  })
})
