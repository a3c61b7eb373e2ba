import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { expect } from 'chai'
import { signedHeaders } from '../../../indexer/webhooks/signature.ts'

/** The receiver of docs/api/live.md, as it stands there. */
const SOURCE = /```js\n([\s\S]+?)```/.exec(
  readFileSync(new URL('../../../docs/api/live.md', import.meta.url), 'utf8'),
)?.[1]

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

describe('the receiver that the documentation shows', () => {
  let child: ChildProcess
  let url: string
  let lines: AsyncIterator<string>

  before(async () => {
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    const args = ['--input-type=module', '--eval', SOURCE ?? '']
    child = spawn(process.execPath, args, {
      env: { SECRET, PORT: String(port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    lines = createInterface(child.stdout as Readable)[Symbol.asyncIterator]()
    while (
      !(await fetch(url).then(
        () => true,
        () => false,
      ))
    )
      expect(child.exitCode).to.equal(null)
  })
  after(async () => {
    const exited = once(child, 'exit')
    child.kill()
    await exited
  })

  async function tell(message: object, { secret = SECRET, at = Date.now() / 1000, changed = '' } = {}) {
    const body = JSON.stringify(message)
    const headers = signedHeaders(secret, '17', Math.floor(at), body)
    const response = await fetch(url, { method: 'POST', headers, body: body + changed })
    return { status: response.status, text: await response.text() }
  }

  it('says that it wants to be told, and takes what is signed', async () => {
    const ping = { id: '17', type: 'ping', data: { challenge: 'abc' } }
    expect(await tell(ping)).to.deep.equal({ status: 200, text: 'abc' })
    expect((await lines.next()).value).to.match(/^17 ping/)
    expect(await tell({ id: '17', type: 'intent', data: { hash: 1 } })).to.deep.equal({
      status: 200,
      text: '',
    })
    expect((await lines.next()).value).to.equal('17 intent { hash: 1 }')
  })

  it('refuses what somebody else signed, what was changed, and what is old', async () => {
    const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`
    const message = { id: '17', type: 'intent', data: {} }
    expect((await tell(message, { secret: other })).status).to.equal(401)
    expect((await tell(message, { changed: ' ' })).status).to.equal(401)
    expect((await tell(message, { at: Date.now() / 1000 - 600 })).status).to.equal(401)
    expect((await fetch(url, { method: 'POST', body: '{}' })).status).to.equal(401)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
