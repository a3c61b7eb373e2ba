import { expect } from 'chai'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { runPrograms, runSnippets, Terminal } from './support/run.ts'
import { Programs } from './support/snippets.ts'

describe('snippets that need no market', function () {
  this.timeout(300_000)
  const files = temporaryDirectory()
  let made: Terminal | undefined
  const terminal = () => {
    made ??= new Terminal(files.path('.'))
    return made
  }

  it('in TypeScript run', async () => {
    const snippets = runSnippets('ts', 'alone')
    expect(snippets).to.have.length.above(8)
    expect(await runPrograms(new Programs('alone'), snippets, files.path('.'))).to.equal('')
  })

  for (const snippet of runSnippets('sh', 'alone')) {
    it(`run: ${snippet.text.split('\n')[0]}`, async () => {
      expect(await terminal().run(snippet)).to.equal('')
    })
  }
})
