/** A piece of source text that means something; comments and regular expressions are left out. */
export interface Token {
  type: 'word' | 'text' | 'template' | 'sign'
  /** Of a text what it says, of a template nothing. */
  text: string
  line: number
}

/** Words after which a slash begins a regular expression, where after other words it divides. */
const BEFORE_EXPRESSION = new Set(
  'return typeof case in of delete void throw new else do await yield instanceof'.split(' '),
)
const WORD = /[\w$#\p{ID_Continue}]+/uy
const SPACE = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//y
const TEXT = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y
const REGULAR_EXPRESSION = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/y
const TEMPLATE_PART = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y

/**
 * Splits TypeScript or JavaScript into tokens: as much of the language as it takes to tell an import from a text or
 * a comment that looks like one. What stands inside a template's `${}` counts as source.
 */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = []
  /** Braces that are open in each template around this place; when they are closed the template goes on. */
  const templates: number[] = []
  let offset = 0

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset
    const found = pattern.exec(source)?.[0]
    if (found !== undefined) offset += found.length
    return found
  }
  let line = 1
  let counted = 0
  const push = (type: Token['type'], text: string, at: number) => {
    line += source.slice(counted, at).split('\n').length - 1
    counted = at
    tokens.push({ type, text, line })
  }
  /** Reads on within a template to its end or to the next `${`. */
  const continueTemplate = (at: number, isWhole: boolean) => {
    const part = match(TEMPLATE_PART) ?? ''
    const isOver = source[offset] === '`' || offset >= source.length
    offset += isOver ? 1 : 2
    if (isOver && isWhole) push('text', part, at)
    else if (isWhole) push('template', '', at)
    if (!isOver) templates.push(0)
  }

  while (offset < source.length) {
    if (match(SPACE) !== undefined) continue
    const at = offset
    const text = match(TEXT)
    if (text !== undefined) {
      push('text', text.slice(1, -1), at)
      continue
    }
    const word = match(WORD)
    if (word !== undefined) {
      push('word', word, at)
      continue
    }
    const sign = source[at] ?? ''
    if (sign === '/' && beginsExpression(tokens.at(-1)) && match(REGULAR_EXPRESSION) !== undefined) continue
    offset += 1
    const open = templates.length - 1
    if (sign === '`') {
      continueTemplate(at, true)
    } else if (sign === '}' && templates[open] === 0) {
      templates.pop()
      continueTemplate(at, false)
    } else {
      if (sign === '{' && open >= 0) templates[open] = (templates[open] ?? 0) + 1
      if (sign === '}' && open >= 0) templates[open] = (templates[open] ?? 0) - 1
      push('sign', sign, at)
    }
  }
  return tokens
}

function beginsExpression(before: Token | undefined): boolean {
  if (before === undefined) return true
  if (before.type === 'word') return BEFORE_EXPRESSION.has(before.text)
  return before.type === 'sign' && !')]}'.includes(before.text)
}
