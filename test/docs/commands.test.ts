import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { commandsOf, faultOf, knownCommands } from './support/commands.ts'
import { allPages, parsePage, root } from './support/markdown.ts'

describe('commands of the documentation', () => {
  const known = knownCommands()

  it('are commands and options that there are', () => {
    const pages = allPages().filter(
      ({ path }) => !path.startsWith('docs/reference/') && path !== 'CHANGELOG.md',
    )
    const commands = pages.flatMap(commandsOf)
    const faults = commands.flatMap(({ path, line, words }) => {
      const fault = faultOf(words, known)
      return fault === undefined ? [] : [`${path}:${line}: ${fault}`]
    })
    expect(faults.join('\n')).to.equal('')
    expect(commands).to.have.length.above(60)
  })

  it('of npm are scripts of the package', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
    // A template becomes a package of its own, with scripts of its own.
    const pages = allPages().filter(({ path }) => !path.startsWith('templates/'))
    const faults = pages.flatMap(({ path, spans, snippets }) =>
      [...spans, ...snippets].flatMap(({ text, line }) =>
        [...text.matchAll(/\bnpm run (?:-s )?([a-z][\w:]*)/g)]
          .filter(([, name = '']) => !(name in scripts))
          .map(([command]) => `${path}:${line}: ${command}`),
      ),
    )
    expect(faults).to.deep.equal([])
  })

  it('with a fault are found', () => {
    const fault = (command: string) => faultOf(command.split(' '), known)
    expect(fault('serve --read-only')).to.equal(undefined)
    expect(fault('up -v --port 0')).to.equal(undefined)
    expect(fault('server')).to.equal('there is no command server')
    expect(fault('learn round --participant 5')).to.equal('mesh learn round has no option --participant')
    const page = parsePage(
      'a.md',
      '```sh\nX=1 npx mesh up \\\n  --port 1 # --not\n```\n`mesh serve` and `--no`',
    )
    expect(commandsOf(page).map(({ words }) => words)).to.deep.equal([['up', '--port', '1'], ['serve']])
  })
})
