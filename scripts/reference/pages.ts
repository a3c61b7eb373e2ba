import { cliReference } from './cli.ts'
import { contractsReference } from './contracts.ts'
import { restReference } from './rest.ts'
import { sdkReference } from './sdk.ts'

/** Every page of the reference by its file in docs/reference/. */
export async function referencePages(): Promise<Map<string, string>> {
  const pages = new Map<string, string>([
    ...sdkReference(),
    ['rest.md', restReference()],
    ['contracts.md', await contractsReference()],
    ['cli.md', await cliReference()],
  ])
  for (const [name, text] of pages) pages.set(name, `${NOTE}\n${text.trimEnd()}\n`)
  return pages
}

const NOTE = '<!-- Written by `npm run docs` from the code. Do not edit. -->'
