import { createInterface } from 'node:readline/promises'
import { describedTemplates, type TemplateName, templateNames } from './templates.ts'

/** Asks on the terminal which template it shall be, until one is named, by its name or how it begins. @returns undefined at the end of input */
export async function choose(): Promise<TemplateName | undefined> {
  process.stderr.write(`What kind of agent?\n${describedTemplates()}\n`)
  using lines = createInterface({ input: process.stdin, output: process.stderr })
  lines.setPrompt('template: ')
  lines.prompt()
  for await (const line of lines) {
    const found = templateFor(line)
    if (found !== undefined) return found
    lines.prompt()
  }
  return undefined
}

/** The template whose name is, or alone begins with, what was typed. */
export function templateFor(typed: string): TemplateName | undefined {
  const text = typed.trim()
  const fitting = templateNames.filter((name) => text !== '' && name.startsWith(text))
  return fitting.length === 1 ? fitting[0] : undefined
}
