import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root, type Snippet } from './markdown.ts'
import { type Programs, snippetsIn, toldOf, USUAL_HOST, whyNotRun } from './snippets.ts'

const run = promisify(execFile)

/** Commands that change nothing but the folder that they are typed in, so that a test may. */
const HARMLESS = /^(npm run -s mesh -- |npm run -s example -- |curl |jq |echo )/

/** Whether a test may type these in. */
export function isHarmless({ text }: Snippet): boolean {
  const commands = text.replaceAll(/(\\|\|)\n\s*/g, ' ').split('\n')
  return commands.every((command) => HARMLESS.test(command) || /^\s*(#.*)?$/.test(command))
}

/** Snippets that are run: with a market, or without one. */
export function runSnippets(language: 'ts' | 'sh', where: 'market' | 'alone'): Snippet[] {
  return snippetsIn(language).filter((snippet) => {
    const { after, file } = toldOf(snippet)
    if (whyNotRun(snippet) !== undefined || file !== undefined) return false
    return needsMarket(snippet, after) === (where === 'market')
  })
}

/** Commands that ask a market. */
const ASKING = /^npm run -s (mesh -- (buy|ride|agents|intents|trades)\b|example -- )/m

function needsMarket({ text }: Snippet, after: string | undefined): boolean {
  return after !== undefined || text.includes(USUAL_HOST) || ASKING.test(text)
}

/** Runs snippets as programs, one after the other, each with a home of its own, and says what went wrong. */
export async function runPrograms(
  programs: Programs,
  snippets: readonly Snippet[],
  folder: string,
): Promise<string> {
  const main = programs.writeMain(snippets)
  const { stdout } = await run(
    process.execPath,
    ['--no-warnings', '--conditions=mesh-source', main, folder],
    {
      env: { ...process.env, HOME: folder, NODE_COMPILE_CACHE: join(root, '.cache', 'compiled') },
      timeout: 240_000,
    },
  ).catch((error: { stdout: string; stderr: string }) => ({ stdout: `${error.stdout}${error.stderr}` }))
  const isRun = ({ path, line }: Snippet) => stdout.includes(`ran ${path}:${line}\n`)
  return snippets.every(isRun) ? '' : stdout
}

/** Commands of the documentation, as somebody types them into a clone. */
export class Terminal {
  readonly #folder: string
  readonly #api: URL | undefined

  /** @param folder an empty one; it gets what a clone has that commands name, and no more */
  constructor(folder: string, api?: URL) {
    this.#folder = folder
    this.#api = api
    const bin = join(folder, 'bin')
    mkdirSync(bin)
    for (const name of ['data', 'test', 'examples']) symlinkSync(join(root, name), join(folder, name))
    const market = api === undefined ? '' : `--api ${api.origin}`
    const node = `exec ${process.execPath} --no-warnings`
    // `npm run` would look each time whether everything is installed, and is told of another market than the usual one.
    const npm = `#!/bin/sh
case "$*" in
  'run -s mesh -- '*) shift 4; case "$1" in buy|ride|agents|intents|trades) set -- "$@" ${market};; esac; ${node} ${root}/cli/main.ts "$@";;
  'run -s example -- '*) example=$5; shift 5; ${node} --conditions=mesh-source "${root}/examples/$example/index.ts" "$@";;
  *) echo "npm $* is not known here" >&2; exit 1;;
esac
`
    writeFileSync(join(bin, 'npm'), npm)
    chmodSync(join(bin, 'npm'), 0o755)
  }

  /** Runs a block, with the files that its page shows. @returns what went wrong, if anything did */
  async run({ path, line, text }: Snippet): Promise<string> {
    for (const snippet of snippetsIn('ts', 'csv', 'json')) {
      const { file } = toldOf(snippet)
      if (snippet.path === path && file !== undefined) writeFileSync(join(this.#folder, file), snippet.text)
    }
    const home = join(this.#folder, 'home')
    const { host = USUAL_HOST, origin = `http://${USUAL_HOST}` } = this.#api ?? {}
    const script = text.replaceAll(USUAL_HOST, host)
    const env = {
      ...process.env,
      PATH: `${join(this.#folder, 'bin')}:${process.env.PATH}`,
      HOME: home,
      MESH_HOME: home,
      MESH_API: origin,
      NO_COLOR: '1',
      NODE_OPTIONS: '--conditions=mesh-source',
    }
    return run('bash', ['-euo', 'pipefail', '-c', script], { cwd: this.#folder, env, timeout: 120_000 }).then(
      () => '',
      (error: { stdout: string; stderr: string }) =>
        `${path}:${line}: ${text}\n${error.stdout}${error.stderr}`,
    )
  }
}
