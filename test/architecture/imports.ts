import type { Token } from './tokens.ts'

/** One import of a module, of whatever kind. */
export interface Import {
  /** What is imported, undefined when it is computed and so cannot be known. */
  specifier: string | undefined
  line: number
}

/**
 * Finds every import of a module: `import` with and without names, of types too, `export ... from`, `import()` as a
 * call and as a type, and `require()`.
 */
export function importsOf(tokens: readonly Token[]): Import[] {
  return tokens.flatMap((token, i) => {
    const [before, next, afterNext, last] = [tokens[i - 1], tokens[i + 1], tokens[i + 2], tokens[i + 3]]
    if (token.type !== 'word' || next === undefined || isSign(before, '.')) return []
    const { line } = token
    if ((token.text === 'from' || token.text === 'import') && next.type === 'text') {
      return [{ specifier: next.text, line }]
    }
    const isCall = (token.text === 'import' || token.text === 'require') && isSign(next, '(')
    if (!isCall) return []
    const isLiteral = afterNext?.type === 'text' && (isSign(last, ')') || isSign(last, ','))
    return [{ specifier: isLiteral ? afterNext.text : undefined, line }]
  })
}

function isSign(token: Token | undefined, text: string): boolean {
  return token?.type === 'sign' && token.text === text
}
