import { spawnSync } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { build as bundle } from 'esbuild'
import { build as vite } from 'vite'
import { CONTRACTS } from '../../scripts/deploy/contracts.ts'
import { importsOf } from '../architecture/imports.ts'
import { tokensOf } from '../architecture/tokens.ts'
import { emptyProject, type Project } from './support/stranger.ts'

const root = join(import.meta.dirname, '..', '..')
/** Most that the package may weigh packed, in bytes: half of it is data to replay. */
const MOST_BYTES = 5_000_000

/** (func (export "run") (param i32) (result i32) (i32.mul (local.get 0) (local.get 0))) */
const SQUARING = '0061736d0100000001060160017f017f030201000707010372756e00000a09010700200020006c0b'

/** `@scope/name` or `name` of what is imported. */
const packageOf = (specifier: string) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

describe('the package as npm packs it', function () {
  this.timeout(240_000)
  let project: Project
  let files: string[]

  before(() => {
    project = emptyProject()
    const listed = spawnSync('tar', ['-tzf', project.tarball], { encoding: 'utf8' })
    files = listed.stdout.split('\n').filter((name) => name !== '')
  })
  after(() => project?.remove())

  const read = (name: string) => readFileSync(join(project.installed, name), 'utf8')
  const manifest = () => JSON.parse(read('package.json'))

  it('has what is documented to be in it, and no test, source, secret or generated waste', () => {
    const { size } = statSync(project.tarball)
    console.log(`      ${files.length} files, ${(size / 1e6).toFixed(1)} MB packed`)
    expect(size).to.be.below(MOST_BYTES)
    const known = /^package\/((dist|data|docs|ops|artifacts|templates)\/|(package\.json|README\.md|LICENSE)$)/
    expect(files.filter((name) => !known.test(name))).to.deep.equal([])
    const waste =
      /\.(test\.\w+|sol|tsbuildinfo|tgz|env)$|(?<!\.d)\.tsx?$|\/(test|node_modules|mocks\/(?!TestDollar)[^/]*)\//
    // What projects begin from is their source, with their tests.
    const own = files.filter((name) => !name.startsWith('package/templates/'))
    expect(own.filter((name) => waste.test(name))).to.deep.equal([])
    expect(files).to.include('package/LICENSE')
    for (const { source } of CONTRACTS) {
      const name = source.replace(/^.*\//, '').replace('.sol', '')
      expect(files).to.include(`package/artifacts/contracts/${source}/${name}.json`)
    }
  })

  it('has an entry for each of its exports, its command and its twins for browsers', () => {
    const { exports, bin, browser } = manifest()
    const targets = Object.values(exports).flatMap((target) =>
      typeof target === 'string'
        ? [target]
        : Object.entries(target as object).flatMap(([condition, path]) =>
            condition === 'mesh-source' ? [] : [path],
          ),
    )
    const all = [
      ...targets,
      ...Object.values(bin),
      ...Object.keys(browser),
      ...Object.values(browser),
    ] as string[]
    expect(all.filter((path) => !existsSync(join(project.installed, path)))).to.deep.equal([])
    expect(read(bin.mesh)).to.match(/^#!\/usr\/bin\/env node\n/)
  })

  it('imports nothing that is not in it, or among its dependencies and optional peers', () => {
    const { dependencies, peerDependencies, peerDependenciesMeta } = manifest()
    const named = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
    const modules = globSync('dist/**/*.js', { cwd: project.installed }).filter(
      (name) => !name.replaceAll('\\', '/').startsWith('dist/web/'),
    )
    const missing = modules.flatMap((name) =>
      importsOf(tokensOf(read(name))).flatMap(({ specifier, line }) => {
        if (specifier === undefined || specifier.startsWith('node:')) return []
        const isThere = specifier.startsWith('.')
          ? existsSync(join(project.installed, dirname(name), specifier))
          : named.has(packageOf(specifier))
        return isThere ? [] : [`${name}:${line}: ${specifier}`]
      }),
    )
    expect(modules.length).to.be.above(500)
    expect(missing).to.deep.equal([])
    expect(Object.keys(peerDependencies), 'all of them optional').to.deep.equal(
      Object.keys(peerDependenciesMeta),
    )
    expect([...named].filter((name) => builtinModules.includes(name))).to.deep.equal([])
  })

  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    it(`has types that a compiler finds under moduleResolution ${moduleResolution}`, () => {
      writeFileSync(join(project.folder, 'package.json'), '{"type":"module"}')
      writeFileSync(
        join(project.folder, 'typed.ts'),
        `import { MeshNetwork, type Deal, readNetwork } from '@mesh/sdk'
import type { Indexer } from '@mesh/sdk/indexer'
import { parseDeployment } from '@mesh/sdk/protocol'
export const network = new MeshNetwork({ bootstrapPeers: [], domains: ['energy'] })
export const quantity = (deal: Deal): bigint => deal.agreement.quantity
export const port = (indexer: Indexer): number => indexer.port
export const chainId: number = parseDeployment({}).chainId
export const area: Promise<string> = readNetwork('http://127.0.0.1:8787').then((read) => read.area)
// @ts-expect-error what is no option is refused: the types are none of \`any\`
new MeshNetwork({ bootstrapPeer: [] })
`,
      )
      const options = {
        module,
        moduleResolution,
        target: 'es2024',
        lib: ['es2024', 'esnext.disposable', 'dom'],
      }
      writeFileSync(
        join(project.folder, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: { ...options, strict: true, noEmit: true, skipLibCheck: true, types: [] },
          files: ['typed.ts'],
        }),
      )
      const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
      const { stdout } = spawnSync(process.execPath, [compiler, '-p', project.folder], { encoding: 'utf8' })
      expect(stdout).to.equal('')
    })
  }

  it('runs a module of WebAssembly in a process that is compiled', () => {
    const program = `import { runModule } from '@mesh/sdk'
console.log(await runModule(Buffer.from('${SQUARING}', 'hex'), [2, 3, -4]))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: project.folder,
      encoding: 'utf8',
    })
    expect(stdout, stderr).to.equal('[ 4, 9, 16 ]\n')
  })

  describe('in a bundle for browsers', () => {
    const ENTRY = "import { MeshNetwork } from '@mesh/sdk'\nglobalThis.MeshNetwork = MeshNetwork\n"
    /** A twin, and what it stands for. */
    const TWIN = 'dist/agent/platform/disk.browser.js'
    const ORIGINAL = 'dist/agent/platform/disk.js'

    it('of esbuild has the twins, and nothing of Node', async () => {
      const { metafile } = await bundle({
        stdin: { contents: ENTRY, resolveDir: project.folder },
        ...{
          bundle: true,
          write: false,
          metafile: true,
          format: 'esm',
          platform: 'browser',
          logLevel: 'error',
        },
      })
      const inputs = Object.keys(metafile.inputs).map((name) => name.replaceAll('\\', '/'))
      expect(inputs.some((name) => name.endsWith(TWIN))).to.equal(true)
      expect(inputs.filter((name) => name.endsWith(ORIGINAL))).to.deep.equal([])
    })

    it('of Vite has the twins, and nothing of Node', async () => {
      writeFileSync(join(project.folder, 'page.js'), ENTRY)
      const built = await vite({
        ...{ root: project.folder, configFile: false, logLevel: 'error' },
        build: { write: false, minify: false, rolldownOptions: { input: join(project.folder, 'page.js') } },
      })
      const outputs = Array.isArray(built) ? built : [built]
      const modules = outputs.flatMap((each) =>
        'output' in each
          ? each.output.flatMap((chunk) => (chunk.type === 'chunk' ? Object.keys(chunk.modules) : []))
          : [],
      )
      expect(modules.some((name) => name.endsWith(TWIN))).to.equal(true)
      expect(modules.filter((name) => name.endsWith(ORIGINAL))).to.deep.equal([])
      expect(modules.filter((name) => /^(node:|__vite-browser-external)/.test(name))).to.deep.equal([])
    })
  })

  it('says which package is missing for a market, and how to get all that are', () => {
    const main = join(project.installed, manifest().bin.mesh)
    const up = spawnSync(process.execPath, [main, 'up', '--port', '0'], {
      cwd: project.folder,
      encoding: 'utf8',
    })
    expect(up.status).to.equal(1)
    expect(up.stderr).to.match(/A package is missing: \S+\n {2}Remedy: npm install .*hardhat@3/)
  })

  it('runs a market once they are installed: chain, index and homes in processes and threads that are compiled', () => {
    project.installPeers()
    const main = join(project.installed, manifest().bin.mesh)
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [main, 'up', '--port', '0', '--slots', '3', '--slot-seconds', '8', '--processes', '2'],
      {
        ...{ cwd: project.folder, encoding: 'utf8', timeout: 200_000 },
        env: { ...process.env, HOME: project.home, NO_COLOR: '1' },
      },
    )
    expect(stdout, stderr).to.match(/^Traded \d+ Wh in [1-9]\d* trades? for /m)
    expect(status).to.equal(0)
    expect(existsSync(join(project.folder, '.mesh', 'network.json'))).to.equal(true)
  })
})
