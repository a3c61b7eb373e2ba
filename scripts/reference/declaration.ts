import { type Node, SyntaxKind } from 'typescript/unstable/ast'
import {
  isClassDeclaration,
  isConstructorDeclaration,
  isFunctionDeclaration,
  isGetAccessorDeclaration,
  isMethodDeclaration,
  isPropertyDeclaration,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is'

/** A declaration as a reader needs it. */
export interface Declared {
  /** Without bodies, and without what is private. */
  readonly code: string
  /** Its docstring as Markdown. */
  readonly words: string
}

/**
 * @param text of the file that the declaration is in
 * @param inferred type of a constant that does not say it
 */
export function declaredIn(node: Node, text: string, inferred: () => string): Declared {
  const start = node.getStart()
  if (isVariableDeclaration(node)) {
    const statement = node.parent?.parent
    const words = docstringBefore(text, statement?.getStart() ?? start)
    const name = node.name.getText()
    const type = node.type?.getText() ?? inferred()
    return { code: `const ${name}: ${type}`, words }
  }
  const words = docstringBefore(text, start)
  if (isFunctionDeclaration(node)) return { code: head(node, text), words }
  if (isClassDeclaration(node)) {
    const opening = text.slice(start, node.members.pos)
    const members = node.members.flatMap((member) => {
      const name = 'name' in member ? (member.name as Node | undefined) : undefined
      const isPrivate =
        name?.kind === SyntaxKind.PrivateIdentifier ||
        /^(private|protected|override) /.test(member.getText()) ||
        member.kind === SyntaxKind.ClassStaticBlockDeclaration
      if (isPrivate) return []
      const comment = text.slice(member.pos, member.getStart()).trim()
      return [`${comment === '' ? '' : `  ${comment}\n`}  ${head(member, text)}`]
    })
    return { code: clean(`${opening}\n${members.join('\n')}\n}`), words }
  }
  return { code: clean(node.getText()), words }
}

/** A declaration without what it does. */
function head(node: Node, text: string): string {
  const start = node.getStart()
  const hasBody =
    isFunctionDeclaration(node) ||
    isMethodDeclaration(node) ||
    isGetAccessorDeclaration(node) ||
    isConstructorDeclaration(node)
  if (hasBody && node.body !== undefined) return clean(text.slice(start, node.body.pos))
  if (isPropertyDeclaration(node) && node.initializer !== undefined) {
    const end = (node.type ?? node.name).end
    return clean(text.slice(start, end))
  }
  return clean(text.slice(start, node.end))
}

function clean(code: string): string {
  return code.replace(/^export (default )?/, '').trim()
}

/** The docstring that ends where a declaration starts. */
function docstringBefore(text: string, start: number): string {
  const before = text.slice(0, start).trimEnd()
  if (!before.endsWith('*/')) return ''
  const open = before.lastIndexOf('/**')
  if (open === -1) return ''
  const lines = before
    .slice(open + 3, -2)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
  return asMarkdown(lines.join('\n').trim())
}

/** Tags become items of a list; what a tag says may go on for lines. */
function asMarkdown(words: string): string {
  return words
    .replace(/\n?^@param (\S+) /gm, '\n- `$1`: ')
    .replace(/\n?^@(returns?|throws) /gm, (_, tag) => `\n- ${tag === 'throws' ? 'Throws' : 'Returns'}: `)
    .replace(/\n?^@example\s*/gm, '\n')
    .replace(/\{@link (\S+?)\}/g, '`$1`')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}
