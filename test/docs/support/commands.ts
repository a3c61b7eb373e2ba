import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Page, root } from './markdown.ts'

/** A `mesh` command as a page shows it. */
export interface ShownCommand {
  readonly path: string
  readonly line: number
  readonly words: readonly string[]
}

/** Beginnings by which pages call the command. */
const CALLS = /(?:npm run -s mesh --|npx mesh|(?:^|[;&|(])\s*mesh)\s+(?=[a-z-])/

/** Commands in blocks of shell, and those between backticks in the text. */
export function commandsOf({ path, snippets, spans }: Page): ShownCommand[] {
  const lines = snippets
    .filter(({ language }) => language === 'sh')
    .flatMap(({ line, text }) =>
      text
        .replaceAll(/\\\n/g, ' ')
        .split('\n')
        .map((each) => ({ line, text: each.replace(/(^|\s)#.*$/, '') })),
    )
  // Documents of the protocol have such words in what is hashed.
  const typed = path.startsWith('docs/protocol/')
    ? []
    : spans.filter(({ text }) => /^(npm run -s mesh -- |npx mesh |mesh )/.test(text))
  return [...lines, ...typed].flatMap(({ line, text }) => {
    const command = text.split(CALLS)[1]
    if (command === undefined || /^\s*mesh\s*$/.test(text)) return []
    const words =
      command
        .split(/[|;&>)]/)[0]
        ?.trim()
        .split(/\s+/) ?? []
    return [{ path, line, words }]
  })
}

/** Options that each command has, by the words that lead to it, from the reference, which a test holds against the program. */
export function knownCommands(): Map<string, Set<string>> {
  const text = readFileSync(join(root, 'docs', 'reference', 'cli.md'), 'utf8')
  const commands = new Map<string, Set<string>>()
  for (const section of text.split(/^## mesh ?/m).slice(1)) {
    const name = section.slice(0, section.indexOf('\n'))
    const options = [...section.matchAll(/^ {2}(?:(-\w), )?(--[\w-]+)/gm)].flatMap(([, short, long]) => [
      short,
      long,
    ])
    commands.set(name, new Set(options.filter((option) => option !== undefined)))
  }
  return commands
}

/** What the program would not understand of a command, if anything. */
export function faultOf(
  words: readonly string[],
  known: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  let name = ''
  let rest = [...words]
  for (;;) {
    const longer = [name, rest[0]].filter(Boolean).join(' ')
    if (rest[0] === undefined || !known.has(longer)) break
    name = longer
    rest = rest.slice(1)
  }
  const options = known.get(name) ?? new Set()
  if (name === '' && rest[0]?.startsWith('-') !== true) return `there is no command ${rest[0]}`
  const unknown = rest
    .filter((word) => /^--?[a-z]/.test(word))
    .map((word) => word.split('=')[0] ?? word)
    .find((option) => !options.has(option))
  return unknown === undefined ? undefined : `mesh ${name} has no option ${unknown}`
}
