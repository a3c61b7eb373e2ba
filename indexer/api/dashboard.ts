import { existsSync } from 'node:fs'
import { join } from 'node:path'
import compression from 'compression'
import express, { type RequestHandler, type Router } from 'express'

/** Where the dashboard was built to: beside the compiled package, or in a clone of the repository. */
const PLACES = [
  join(import.meta.dirname, '..', '..', 'web'),
  join(import.meta.dirname, '..', '..', 'web', 'dist'),
]
/** Addresses of its views, each of which may be opened by itself. */
const VIEWS = [
  ...['/', '/energy', '/rides', '/agents', '/agents/:id', '/agreements/:id'],
  ...['/learning', '/governance', '/trade'],
]
const A_YEAR = 'public, max-age=31536000, immutable'

/**
 * The dashboard: one page for all views, and what it loads.
 *
 * @param rpcUrl of the chain, which the page may ask to verify what the index says, and agents in the page have to
 * @param places folders where it may have been built to
 * @returns undefined where it was not built, as `npm run build` and the set-up of a clone do
 */
export function dashboard(rpcUrl: () => string, places: readonly string[] = PLACES): Router | undefined {
  const folder = places.find(
    (place) => existsSync(join(place, 'index.html')) && existsSync(join(place, 'assets')),
  )
  if (folder === undefined) return undefined
  // Below a root: of a whole path, a folder with a dot at any place, as npx installs to, would hide the file.
  const root = { root: folder }
  const sendPage: RequestHandler = (_request, response) => {
    response.set('Content-Security-Policy', policyFor(rpcUrl())).sendFile('index.html', root)
  }
  const router = express.Router()
  const compress = compression()
  router.get(VIEWS, compress, sendPage)
  // Their names have a hash of what is in them.
  router.use(
    '/assets',
    compress,
    express.static(join(folder, 'assets'), { setHeaders: keepLong, index: false }),
  )
  router.get('/icon.svg', compress, (_request, response) => response.sendFile('icon.svg', root))
  return router
}

/** What the page may load and ask: this server, the chain, and agents by WebSockets. */
function policyFor(rpcUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self' data:",
    "worker-src 'self' blob:",
    `connect-src 'self' ${URL.canParse(rpcUrl) ? new URL(rpcUrl).origin : ''} ws: wss:`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function keepLong(response: { setHeader(name: string, value: string): void }): void {
  response.setHeader('Cache-Control', A_YEAR)
}
