import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { allPages, root } from './support/markdown.ts'
import { NOT_RUN } from './support/not-run.ts'
import { isHarmless } from './support/run.ts'
import { Programs, snippetsIn, toldOf, whyNotRun } from './support/snippets.ts'
import { compileSolidity } from './support/solidity.ts'

const run = promisify(execFile)

describe('snippets of the documentation', function () {
  this.timeout(180_000)

  it('are in languages that are looked at', () => {
    const known = ['', 'sh', 'ts', 'js', 'json', 'csv', 'sql', 'yaml', 'ini', 'text', 'mermaid', 'sol']
    const others = snippetsIn(
      ...new Set(allPages().flatMap(({ snippets }) => snippets.map((each) => each.language))),
    )
      .filter(({ language }) => !known.includes(language))
      .map(({ path, line, language }) => `${path}:${line}: ${language}`)
    expect(others).to.deep.equal([])
    for (const snippet of snippetsIn(...known)) toldOf(snippet)
  })

  it('in TypeScript compile', async () => {
    const { folder } = new Programs('compiled')
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const { stdout } = await run(process.execPath, [compiler, '--noEmit', '-p', folder], {
      cwd: folder,
    }).catch((error: { stdout: string }) => error)
    expect(stdout).to.equal('')
    expect(snippetsIn('ts')).to.have.length.above(30)
  })

  it('in Solidity compile', () => {
    for (const { path, line, text } of snippetsIn('sol')) {
      const faults = compileSolidity(text).map((fault) => `${path}:${line}: ${fault}`)
      expect(faults.join('\n')).to.equal('')
    }
    expect(compileSolidity('contract A { uint256 public a = "b"; }').join()).to.include(
      'not implicitly convertible',
    )
  })

  it('in JSON parse', () => {
    for (const { path, line, text } of snippetsIn('json')) {
      expect(() => JSON.parse(text), `${path}:${line}`).not.to.throw()
    }
  })

  it('that are not run are named with a reason that holds', () => {
    const snippets = snippetsIn('sh', 'ts')
    for (const { page, starts, reason } of NOT_RUN) {
      const found = snippets.filter(({ path, text }) => path === page && text.startsWith(starts))
      expect(found, `${page}: ${starts}`).to.have.length.above(0)
      for (const [, path = ''] of reason.matchAll(/\b(test\/[\w./-]+\.ts)\b/g)) {
        expect(existsSync(join(root, path)), `${page}: ${path}`).to.equal(true)
      }
    }
    for (const snippet of snippets) {
      if (whyNotRun(snippet) !== undefined) continue
      const isRunnable = snippet.language === 'ts' ? toldOf(snippet).after !== 'names' : isHarmless(snippet)
      expect(isRunnable, `${snippet.path}:${snippet.line} is neither run nor named in not-run.ts`).to.equal(
        true,
      )
    }
    const isRun = snippets.filter((each) => whyNotRun(each) === undefined)
    expect(isRun.length).to.be.above(snippets.length / 3)
  })
})
