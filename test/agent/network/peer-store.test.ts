import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { openPeerStore } from '../../../agent/network/peer-store.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { temporaryPaths } from '../support/temporary.ts'

const HOLDER = join(import.meta.dirname, 'fixtures', 'peer-store-holder.ts')

describe('openPeerStore', function () {
  this.timeout(30_000)
  const path = temporaryPaths()
  const failure = (folder: string) => openPeerStore(folder).catch((reason: unknown) => reason)

  it('keeps what is put into it', async () => {
    const folder = join(path('agent'), 'peers')
    const store = await openPeerStore(folder)
    await store.db.put('/peer', Uint8Array.of(1, 2))
    await store.close()
    const again = await openPeerStore(folder)
    expect(await again.db.get('/peer')).to.deep.equal(Buffer.of(1, 2))
    await again.close()
  })

  it('refuses a directory that this process uses already, says so, and takes it afterwards', async () => {
    const folder = path('twice')
    const store = await openPeerStore(folder)
    const error = await failure(folder)
    expect(error).to.be.instanceOf(ConfigError).that.includes({ code: 'DIRECTORY_IN_USE', field: folder })
    expect(String(error)).to.include('Remedy:').and.include('of its own')
    await store.close()
    await (await openPeerStore(folder)).close()
  })

  it('refuses one that another process uses, until that one is gone, however it ended', async () => {
    const folder = path('other')
    const holder = spawn(process.execPath, [HOLDER, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(holder.stdout, 'data')
    expect(await failure(folder)).to.include({ code: 'DIRECTORY_IN_USE' })
    const exited = once(holder, 'exit')
    holder.kill('SIGKILL')
    await exited
    await (await openPeerStore(folder)).close()
  })

  it('says which folder to remove when it cannot be read', async () => {
    const folder = path('damaged')
    await (await openPeerStore(folder)).close()
    writeFileSync(join(folder, 'CURRENT'), 'nonsense')
    expect(await failure(folder)).to.include({ code: 'PEER_STORE_DAMAGED', field: folder })
  })
})
