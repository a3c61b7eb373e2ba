import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect } from 'chai'
import { templateFor } from '../../cli/init/choose.ts'
import { nodeOnPath } from '../../cli/init/path-node.ts'
import { projectName } from '../../cli/init/scaffold.ts'
import { templateNames } from '../../cli/init/templates.ts'
import { skip } from '../agent/support/skip.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { mesh } from './mesh.ts'

const templates = join(import.meta.dirname, '..', '..', 'templates')
/** Most lines of an agent that is to be read in one go. */
const MAX_LINES = 150

describe('mesh init', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const init = (...args: string[]) => mesh(files.path('.'), 'init', ...args)
  const manifestOf = (folder: string) =>
    JSON.parse(readFileSync(files.path(`${folder}/package.json`), 'utf8'))

  for (const name of templateNames) {
    it(`makes a project of ${name}, and says what comes next`, async () => {
      const { code, stdout, stderr } = await init(name, '--template', name, '--sdk', '1.2.3')
      expect(code, stderr).to.equal(0)
      for (const step of [`cd ${name}`, 'npm install', 'npm test', 'npm start']) {
        expect(stdout).to.include(step)
      }
      const made = readdirSync(files.path(name), { recursive: true, encoding: 'utf8' })
      expect(made).to.include.members([
        ...['.gitignore', 'README.md', 'package.json', 'tsconfig.json'],
        ...['src/agent.ts', 'src/strategy.ts', 'test/agent.test.ts'].map((file) => join(file)),
      ])
      const { name: named, scripts, dependencies, engines } = manifestOf(name)
      expect(named).to.equal(name)
      expect(dependencies).to.deep.equal({ '@mesh/sdk': '1.2.3' })
      expect(scripts).to.include({ start: 'node src/agent.ts', test: 'node --test' })
      expect(engines).to.deep.equal({ node: '>=24.12' })
      for (const script of Object.values<string>(scripts)) {
        const file = /^node (src\S+)$/.exec(script)?.[1]
        if (file !== undefined) expect(made).to.include(join(file))
      }
      const readme = readFileSync(files.path(`${name}/README.md`), 'utf8')
      for (const [, script = ''] of readme.matchAll(/npm run (\w+)/g))
        expect(scripts).to.have.property(script)
    })

    it(`has a template ${name} that is short, imports the SDK alone, and fulfils its own test`, () => {
      const folder = join(templates, name)
      for (const file of readdirSync(join(folder, 'src'))) {
        const source = readFileSync(join(folder, 'src', file), 'utf8')
        expect(source.split('\n').length, file).to.be.below(MAX_LINES)
        const imported = [...source.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from)
        expect(imported.filter((from) => !/^(@mesh\/sdk$|node:|\.\/)/.test(from))).to.deep.equal([])
      }
      const { status, stdout } = spawnSync(
        process.execPath,
        ['--conditions=mesh-source', '--no-warnings', '--test'],
        { cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
      )
      expect(status, stdout).to.equal(0)
    })
  }

  it('lists the templates where none is named and nobody can be asked, with exit code 2', async () => {
    const { code, stdout, stderr } = await init('unnamed')
    for (const name of templateNames) expect(stderr).to.include(name)
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: '' })
    expect(readdirSync(files.path('.'))).to.not.include('unnamed')
  })

  it('knows no other template', async () => {
    const { code, stderr } = await init('other', '--template', 'fisher')
    expect(code).to.equal(2)
    expect(stderr).to.include('energy-seller, driver, data-service, trainer')
  })

  it('overwrites nothing', async () => {
    mkdirSync(files.path('full'))
    files.write('full/notes.txt', 'mine')
    const { code, stdout, stderr } = await init('full', '--template', 'driver', '--sdk', '1.2.3')
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' })
    expect(stderr).to.include('notes.txt').and.include('Remedy: Name another folder')
    expect(readdirSync(files.path('full'))).to.deep.equal(['notes.txt'])
  })

  it('fills a new repository, and depends on a file that it is given by the way from the project', async () => {
    mkdirSync(files.path('new/.git'), { recursive: true })
    files.write('sdk.tgz', '')
    const { code, stdout } = await init('new', '--template', 'trainer', '--sdk', 'sdk.tgz', '--json')
    expect(code).to.equal(0)
    expect(JSON.parse(stdout)).to.deep.include({ template: 'trainer', sdk: 'file:../sdk.tgz' })
    expect(manifestOf('new').dependencies).to.deep.equal({ '@mesh/sdk': 'file:../sdk.tgz' })
  })

  it("brings a Node where the machine's is too old, and says so", async function () {
    if (process.platform === 'win32')
      skip(this, 'the old Node is played by a shell script, which Windows does not run')
    const old = oldNode()
    const { PATH } = process.env
    process.env.PATH = [old, PATH].join(delimiter)
    try {
      expect(nodeOnPath()).to.equal('20.1.0')
      const { code, stderr } = await init('aged', '--template', 'driver', '--sdk', '1.2.3')
      expect(code).to.equal(0)
      expect(stderr).to.include('20.1.0').and.include('24.12')
      const platform = `node-${process.platform}-${process.arch}`
      expect(manifestOf('aged').optionalDependencies).to.deep.equal({ [platform]: '24.x' })
    } finally {
      process.env.PATH = PATH
    }
  })

  /** A folder with a `node` that says to be an old one. */
  function oldNode(): string {
    const folder = files.path('old-bin')
    mkdirSync(folder)
    writeFileSync(join(folder, 'node'), '#!/bin/sh\necho v20.1.0\n')
    chmodSync(join(folder, 'node'), 0o755)
    return folder
  }
})

describe('names of projects and templates', () => {
  it('makes names that npm takes', () => {
    expect(projectName('/x/My Agent!')).to.equal('my-agent')
    expect(projectName('/x/_agent.2')).to.equal('agent-2')
    expect(projectName('/x/ü')).to.equal('mesh-agent')
  })

  it('finds a template by how its name begins, where that is one alone', () => {
    expect(templateFor(' driver\n')).to.equal('driver')
    expect(templateFor('en')).to.equal('energy-seller')
    expect(templateFor('d')).to.equal(undefined)
    expect(templateFor('')).to.equal(undefined)
  })
})
