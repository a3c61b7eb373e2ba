/** A declaration with the comment before it: its kind, its name, and the parameters where it has any. */
const DECLARATION =
  /((?:^[ \t]*\/\/\/.*\n)+)\s*(?:abstract )?(?:(contract|interface|library|function|event|error) (\w+)\s*(?:\(([^)]*)\))?|[^;{}]*? public (?:(?:constant|immutable|override) )*(\w+)\s*[=;])/gm

/**
 * What the NatSpec of a Solidity source says of each of its declarations, by `@notice`.
 *
 * @param source text of a file
 * @returns notices by kind, name and number of parameters, such as `function open/4`; a public variable is a `function`
 *   without a number, and contracts, interfaces and libraries are a `contract`
 */
export function natspecOf(source: string): Map<string, string> {
  const notices = new Map<string, string>()
  for (const [, comment = '', kind, name, parameters, variable] of source.matchAll(DECLARATION)) {
    const notice = noticeOf(comment)
    if (notice !== '') notices.set(keyOf(kind, name ?? variable, parameters), notice)
  }
  return notices
}

function keyOf(kind = 'function', name = '', parameters?: string): string {
  if (['contract', 'interface', 'library'].includes(kind)) return `contract ${name}`
  if (parameters === undefined) return `${kind} ${name}`
  return `${kind} ${name}/${parameters.trim() === '' ? 0 : parameters.split(',').length}`
}

/** Text of `@notice`, which goes on until the next tag or an empty line. */
function noticeOf(comment: string): string {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\/\/\/ ?/, '').trim())
  const start = lines.findIndex((line) => line.startsWith('@notice'))
  if (start === -1) return ''
  const after = lines.slice(start + 1)
  const end = after.findIndex((line) => line === '' || line.startsWith('@'))
  const said = [lines[start]?.slice('@notice'.length), ...after.slice(0, end === -1 ? undefined : end)]
  // References such as {IIntentEscrow-open} are for tools that make links of them.
  return said
    .join(' ')
    .trim()
    .replace(/\{([\w-]+)\}/g, '`$1`')
    .replaceAll('<', '&lt;')
}

/** Files that a Solidity source imports, as it names them. */
export function importsOf(source: string): string[] {
  return [...source.matchAll(/^import [^;]*"(\.[^"]+)";/gm)].map(([, path = '']) => path)
}
