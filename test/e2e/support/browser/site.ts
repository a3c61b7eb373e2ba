import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..', '..', '..', '..')

/** A web site of one empty page, at whose scripts' disposal the package is, as `sdk`. */
export interface Site {
  readonly url: string
  stop(): void
}

/** Builds the package, bundles it as its users do, without plug-ins or settings, and serves it on loopback. */
export async function startSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'mesh-site-'))
  const bundle = await bundleIn(folder)
  const server = createServer((request, response) => {
    if (request.url !== '/sdk.js') {
      response.setHeader('content-type', 'text/html')
      return response.end('<script type="module">globalThis.sdk = await import("/sdk.js")</script>')
    }
    response.setHeader('content-type', 'text/javascript')
    return response.end(bundle)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    stop() {
      server.close()
      server.closeAllConnections()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function bundleIn(folder: string): Promise<Buffer> {
  const installed = join(folder, 'node_modules', '@mesh', 'sdk')
  mkdirSync(installed, { recursive: true })
  const args = [join(root, 'scripts', 'build.mjs'), join(installed, 'dist')]
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the package cannot be built: ${stdout}`)
  cpSync(join(root, 'package.json'), join(installed, 'package.json'))
  symlinkSync(join(root, 'node_modules'), join(installed, 'node_modules'))
  const outfile = join(folder, 'sdk.js')
  await build({
    stdin: { contents: "export * from '@mesh/sdk'", resolveDir: folder },
    ...{ bundle: true, format: 'esm', platform: 'browser', outfile, logLevel: 'error' },
  })
  return readFileSync(outfile)
}
