import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, normalize } from 'node:path'
import { root } from './markdown.ts'

interface Solc {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } }): string
}

/** Compiles a source as if it were one of contracts/mocks/. @returns errors and warnings */
export function compileSolidity(source: string): string[] {
  const solc = createRequire(import.meta.url)('solc') as Solc
  const input = {
    language: 'Solidity',
    sources: { 'contracts/mocks/Snippet.sol': { content: source } },
    settings: { outputSelection: { '*': { '*': ['abi'] } } },
  }
  const contents = (path: string) => readFileSync(join(root, normalize(path)), 'utf8')
  const output = solc.compile(JSON.stringify(input), { import: (path) => ({ contents: contents(path) }) })
  const { errors = [] } = JSON.parse(output) as { errors?: { severity: string; formattedMessage: string }[] }
  return errors.filter(({ severity }) => severity === 'error').map((error) => error.formattedMessage)
}
