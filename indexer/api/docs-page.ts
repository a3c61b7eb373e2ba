import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { RequestHandler } from 'express'
import { ICON } from './icon.ts'
import { ApiError } from './problem.ts'
import type { Route } from './route.ts'

/** Shows OpenAPI documents: one file that needs no other, and asks nobody. */
const VIEWER = 'openapi-explorer'
/** What the page may load and ask: this server, and nobody else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'unsafe-inline'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')
const A_YEAR = 'public, max-age=31536000, immutable'

const requireFrom = createRequire(import.meta.url)

/** A page that shows the OpenAPI document, with its viewer. */
export const docsRoutes: readonly Pick<Route, 'method' | 'path' | 'handler'>[] = [
  { method: 'get', path: '/docs', handler: () => [showPage] },
  { method: 'get', path: '/docs/viewer.js', handler: () => [sendViewer] },
]

const showPage: RequestHandler = (_request, response) => {
  const { version } = viewer()
  response
    .set('Content-Security-Policy', POLICY)
    .type('html')
    .send(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="${ICON}"><title>MESH market API</title>
<style>html,body{height:100%;margin:0}openapi-explorer{--font-regular:system-ui,sans-serif;--font-mono:ui-monospace,monospace;--font-size-regular:16px;--font-size-small:14px;--font-size-mono:14px}</style>
<openapi-explorer spec-url="/openapi.json" hide-server-selection hide-authentication use-path-in-nav-bar></openapi-explorer>
<script type="module" src="/docs/viewer.js?v=${version}"></script></html>`)
}

const sendViewer: RequestHandler = (_request, response) => {
  response.set('Cache-Control', A_YEAR).sendFile(viewer().file, { cacheControl: false, dotfiles: 'allow' })
}

/** @throws ApiError 404 when it is not installed: an API does without */
function viewer(): { file: string; version: string } {
  try {
    const manifest = requireFrom.resolve(`${VIEWER}/package.json`)
    const { version } = requireFrom(manifest) as { version: string }
    return { version, file: join(dirname(manifest), 'dist', 'browser', `${VIEWER}.min.js`) }
  } catch {
    throw new ApiError(
      404,
      'PACKAGE_MISSING',
      'What shows the description of the API is not installed here.',
      {
        field: VIEWER,
        remedy: `GET /openapi.json is the description; whoever runs this server adds the page by \`npm install ${VIEWER}\`.`,
      },
    )
  }
}
