import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import express from 'express'
import { dashboard } from '../../indexer/api/dashboard.ts'

describe('the dashboard', () => {
  let base: string
  let server: Server
  let url: string

  before(async () => {
    base = mkdtempSync(join(tmpdir(), 'mesh-dashboard-'))
    // As `npx` installs: below ~/.npm/_npx.
    const folder = join(base, '.npm', 'web')
    mkdirSync(join(folder, 'assets'), { recursive: true })
    writeFileSync(join(folder, 'index.html'), '<!doctype html>')
    writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    writeFileSync(join(folder, 'assets', 'page-1a2b.js'), 'export {}')
    writeFileSync(join(base, '.npm', 'secret'), 'secret')
    const pages = dashboard(() => 'http://127.0.0.1:8545/key', [folder])
    if (pages === undefined) throw new Error('the dashboard of the test was not found')
    server = createServer(express().use(pages)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })

  after(() => {
    server.close()
    rmSync(base, { recursive: true })
  })

  it('is served from a folder below one whose name begins with a dot', async () => {
    for (const path of ['/', '/agents/7', '/icon.svg', '/assets/page-1a2b.js']) {
      expect((await fetch(url + path)).status, path).to.equal(200)
    }
  })

  it('may ask this server and the chain, and tells no key of the chain', async () => {
    const policy = (await fetch(url)).headers.get('content-security-policy')
    expect(policy)
      .to.include("default-src 'none'")
      .and.include("connect-src 'self' http://127.0.0.1:8545 ws: wss:")
    expect(policy).not.to.include('key')
  })

  it('serves what it is made of, and nothing beside it', async () => {
    for (const path of ['/assets/..%2f..%2fsecret', '/assets/%2e%2e/%2e%2e/secret', '/assets/missing.js']) {
      const response = await fetch(url + path)
      expect([response.status, response.headers.get('cache-control')], path).to.deep.equal([404, null])
    }
  })
})
