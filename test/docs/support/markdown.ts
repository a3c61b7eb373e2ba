import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The folder that the repository is in. */
export const root = join(import.meta.dirname, '..', '..', '..')

/** A page of the documentation, taken apart. */
export interface Page {
  /** Path from the root of the repository. */
  readonly path: string
  /** Names that a link can lead to after `#`. */
  readonly anchors: ReadonlySet<string>
  readonly links: readonly { readonly target: string; readonly line: number }[]
  readonly snippets: readonly Snippet[]
  /** What stands between single backticks. */
  readonly spans: readonly { readonly text: string; readonly line: number }[]
}

/** A fenced block of code. */
export interface Snippet {
  readonly path: string
  /** Of the fence that opens it, from 1. */
  readonly line: number
  readonly language: string
  /** What follows the language on the fence, which readers do not see. */
  readonly words: readonly string[]
  readonly text: string
}

/** Every page of the repository that is its own work. */
export function allPages(): Page[] {
  const paths = globSync('**/*.md', { cwd: root, exclude: isNotOurs })
  return paths.toSorted().map((path) => parsePage(path, readFileSync(join(root, path), 'utf8')))
}

function isNotOurs(path: string): boolean {
  return /(^|\/)(node_modules|dist|artifacts|cache|coverage|types|\.[^/]+)$/.test(path)
}

/** @param text Markdown as GitHub renders it */
export function parsePage(path: string, text: string): Page {
  const anchors = new Set<string>()
  const links: Page['links'][number][] = []
  const spans: Page['spans'][number][] = []
  const snippets: Snippet[] = []
  let open: { fence: string; indent: number; snippet: Snippet; lines: string[] } | undefined
  for (const [index, raw] of text.split('\n').entries()) {
    const line = index + 1
    if (open !== undefined) {
      if (raw.trim() === open.fence) {
        snippets.push({ ...open.snippet, text: open.lines.join('\n') })
        open = undefined
      } else {
        open.lines.push(raw.slice(Math.min(open.indent, raw.length - raw.trimStart().length)))
      }
      continue
    }
    const [, indent = '', fence, info = ''] = /^(\s*)(`{3,})([^`]*)$/.exec(raw) ?? []
    if (fence !== undefined) {
      const [language = '', ...words] = info.trim().split(/\s+/)
      open = { fence, indent: indent.length, snippet: { path, line, language, words, text: '' }, lines: [] }
      continue
    }
    const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(raw)?.[1]
    if (heading !== undefined) anchors.add(unused(slugOf(heading), anchors))
    for (const [, name = ''] of raw.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(name)
    for (const [, code = ''] of raw.matchAll(/(?<!`)`([^`]+)`(?!`)/g)) spans.push({ text: code, line })
    const prose = raw.replace(/`[^`]*`/g, '')
    for (const pattern of LINKS) {
      for (const [, target = ''] of prose.matchAll(pattern)) links.push({ target, line })
    }
  }
  if (open !== undefined) throw new Error(`${path}:${open.snippet.line}: this block of code is never closed`)
  return { path, anchors, links, spans, snippets }
}

const LINKS = [
  /\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\s*\)/g,
  /^\s*\[[^\]]+\]:\s+<?(\S+?)>?$/g,
  /<(?:a|img|source)\b[^>]*?\b(?:href|src|srcset)="([^"]*)"/g,
]

/** The anchor that GitHub gives a heading: https://github.com/gjtorikian/html-pipeline (TableOfContentsFilter). */
export function slugOf(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}

/** Headings of the same words get -1, -2, … in their sequence. */
function unused(slug: string, taken: ReadonlySet<string>): string {
  for (let i = 0; ; i++) {
    const name = i === 0 ? slug : `${slug}-${i}`
    if (!taken.has(name)) return name
  }
}
