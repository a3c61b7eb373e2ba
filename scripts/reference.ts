/**
 * Writes the reference in docs/reference/ from the code: `npm run docs`. A test holds it against the code, so that what is
 * written there is true of the commit that it stands in.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { referencePages } from './reference/pages.ts'

const folder = new URL('../docs/reference/', import.meta.url)
await mkdir(folder, { recursive: true })
for (const [name, text] of await referencePages()) {
  const file = new URL(name, folder)
  if ((await readFile(file, 'utf8').catch(() => '')) === text) continue
  await writeFile(file, text)
  console.log(`docs/reference/${name}`)
}
