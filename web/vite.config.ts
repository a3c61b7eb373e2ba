import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

const root = join(import.meta.dirname, '..')

/** What Node and browsers do each in its way stands twice in the source, as `x.ts` and `x.browser.ts`. */
const browserTwins: Plugin = {
  name: 'browser-twins',
  enforce: 'pre',
  async resolveId(source, importer, options) {
    const found = await this.resolve(source, importer, { ...options, skipSelf: true })
    if (found === null || !found.id.startsWith(root) || !found.id.endsWith('.ts')) return found
    const twin = found.id.replace(/\.ts$/, '.browser.ts')
    return existsSync(twin) ? twin : found
  },
}

/** The dashboard: what is loaded first is small, and each view comes when it is opened. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  plugins: [browserTwins],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  resolve: { conditions: ['mesh-source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The API's policy allows no script within the page.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2_500,
  },
  server: { proxy: { '/v1': process.env.MESH_API ?? 'http://127.0.0.1:8787' } },
})
