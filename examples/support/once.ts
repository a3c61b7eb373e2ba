import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Does something once for each name, and answers with what came of it whenever it is asked for again, after a restart too. What
 * is begun is written down first: where the process ends in the midst, or the work fails, it is not done again.
 *
 * @param folder of the records, one file for each name; it is made where there is none
 * @param name letters and digits
 * @throws Error when it was begun before, and nothing came of it; RangeError for a name that is none; whatever `work` throws
 */
export async function once(folder: string, name: string, work: () => Promise<string>): Promise<string> {
  if (!/^\w+$/.test(name)) throw new RangeError(`a name has letters and digits: ${name}`)
  const file = join(folder, name)
  await mkdir(folder, { recursive: true })
  try {
    await writeFile(file, '', { flag: 'wx', flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const answer = await readFile(file, 'utf8')
    if (answer === '') throw new Error(`${name} was begun before, and has no answer`)
    return answer
  }
  const answer = await work()
  await writeFile(`${file}.new`, answer, { flush: true })
  await rename(`${file}.new`, file)
  return answer
}
