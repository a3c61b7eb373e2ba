import { cpSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allPages, root, type Snippet } from './markdown.ts'
import { NOT_RUN, PAGES_NOT_RUN } from './not-run.ts'

/**
 * Snippets are told what a test has to know behind the language, where readers do not see it:
 *
 *     ```ts after=member      begins where test/docs/preludes/member.ts ends: has what that exports
 *     ```csv file=mine.csv    is a file of this name for the commands of the page
 */
export interface Told {
  readonly after: string | undefined
  readonly file: string | undefined
}

/** @throws when a word is not known */
export function toldOf({ path, line, words }: Snippet): Told {
  try {
    const { values } = parseArgs({
      args: words.map((word) => `--${word}`),
      options: { after: { type: 'string' }, file: { type: 'string' } },
    })
    return { after: values.after, file: values.file }
  } catch (cause) {
    throw new Error(`${path}:${line}: ${words.join(' ')} says nothing to the tests`, { cause })
  }
}

/** All snippets but those of the reference, which shows what the compiler has seen already. */
export function snippetsIn(...languages: string[]): Snippet[] {
  return allPages()
    .filter(({ path }) => !path.startsWith('docs/reference/'))
    .flatMap(({ snippets }) => snippets)
    .filter(({ language }) => languages.includes(language))
}

/** Why a snippet is not run, if it is not. */
export function whyNotRun({ path, text }: Snippet): string | undefined {
  const listed = NOT_RUN.find(({ page, starts }) => page === path && text.startsWith(starts))
  return listed?.reason ?? PAGES_NOT_RUN.find(({ pages }) => pages.test(path))?.reason
}

/** Writes all TypeScript of the documentation as programs, with a configuration to check them by. */
export class Programs {
  /** In the tree, where they find the package and what it depends on. */
  readonly folder: string

  /** @param name of a folder of its own: tests run beside one another */
  constructor(name: string) {
    this.folder = join(root, '.cache', 'documentation', name)
    rmSync(this.folder, { recursive: true, force: true })
    cpSync(join(root, 'test', 'docs', 'preludes'), join(this.folder, 'preludes'), { recursive: true })
    for (const snippet of snippetsIn('ts')) writeFileSync(this.fileOf(snippet), asProgram(snippet))
    const configuration = {
      extends: '../../../tsconfig.json',
      // A snippet may show a name that only the next one uses.
      compilerOptions: {
        noUnusedLocals: false,
        noUnusedParameters: false,
        types: ['node'],
        lib: ['es2024', 'esnext.disposable', 'dom'],
      },
      include: ['*.ts', 'preludes/*.ts', '../../../protocol/*.d.ts'],
      exclude: [],
    }
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(configuration))
  }

  fileOf({ path, line }: Snippet): string {
    return join(this.folder, `${path.replace(/\.md$/, '').replaceAll('/', '_')}_${line}.ts`)
  }

  /** Writes a program that runs these, each with a home of its own below the folder that it is given, and says how each ended. */
  writeMain(snippets: readonly Snippet[]): string {
    const file = join(this.folder, 'main.ts')
    const runs = snippets.map((snippet) => {
      const name = JSON.stringify(`${snippet.path}:${snippet.line}`)
      return `await attempt(${name}, () => import(${JSON.stringify(this.fileOf(snippet))}))`
    })
    writeFileSync(file, [MAIN, ...runs, 'process.exit()'].join('\n'))
    return file
  }

  /** Has all of them ask another market than the usual one. */
  ask(host: string): void {
    for (const name of globSync('{,preludes/}*.ts', { cwd: this.folder })) {
      const file = join(this.folder, name)
      writeFileSync(file, readFileSync(file, 'utf8').replaceAll(USUAL_HOST, host))
    }
  }
}

const MAIN = `import { mkdtempSync } from 'node:fs'
async function attempt(name: string, run: () => Promise<unknown>): Promise<void> {
  process.env.MESH_HOME = mkdtempSync(process.argv[2] + '/home-')
  try {
    await run()
    console.log('ran ' + name)
  } catch (error) {
    console.log('failed ' + name, error)
    process.exitCode = 1
  }
}`

/** Where the documentation says that a market is. */
export const USUAL_HOST = '127.0.0.1:8787'

/** What a prelude exports is there for the snippet, which may give it names of its own. */
function asProgram(snippet: Snippet): string {
  const { after } = toldOf(snippet)
  if (after === undefined) return `${snippet.text}\nexport {}\n`
  const isImport = /^import [^;]*? from '[^']+';?$/gm
  const imports = snippet.text.match(isImport) ?? []
  const body = snippet.text.replace(isImport, '')
  const names = namesOf(after)
  return [
    `import { ${names.join(', ')} } from './preludes/${after}.ts'`,
    ...imports,
    `{\n${body}\n}`,
    `void [${names.join(', ')}]`,
  ].join('\n')
}

/** Values that a prelude exports. */
function namesOf(prelude: string): string[] {
  const text = readFileSync(join(root, 'test', 'docs', 'preludes', `${prelude}.ts`), 'utf8')
  return [...text.matchAll(/^export (?:declare )?(?:const|let|function|async function) (\w+)/gm)].map(
    ([, name = '']) => name,
  )
}
