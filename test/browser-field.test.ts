import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const root = join(import.meta.dirname, '..')

describe("the package's browser field", () => {
  const { browser } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const twins = globSync('{protocol,agent}/**/*.browser.ts', { cwd: root }).toSorted()

  it('has each module that browsers have a twin of, and no other', () => {
    const compiled = (path: string) => `./dist/${path.replaceAll('\\', '/').replace(/\.ts$/, '.js')}`
    expect(twins).to.not.have.lengthOf(0)
    expect(browser).to.deep.equal(
      Object.fromEntries(twins.map((twin) => [compiled(twin.replace('.browser', '')), compiled(twin)])),
    )
  })
})
