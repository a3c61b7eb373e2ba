import { readFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SyntaxKind } from 'typescript/unstable/ast'
import {
  API,
  type Checker,
  type InterfaceType,
  SymbolFlags,
  type Symbol as TsSymbol,
} from 'typescript/unstable/sync'
import { type Declared, declaredIn } from './declaration.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Pages of the reference, and the folders whose exports each is about. The first that fits takes an export. */
const PAGES = [
  { file: 'sdk-learning.md', title: 'learning', folders: /^agent\/learning/ },
  {
    file: 'sdk-markets.md',
    title: 'markets, rides and strategies',
    folders: /^agent\/(market|rides|strategy)/,
  },
  { file: 'sdk.md', title: 'network', folders: /^/ },
] as const

interface Export extends Declared {
  readonly name: string
  readonly symbol: TsSymbol
  /** From the root of the repository. */
  readonly file: string
}

/** The reference of the SDK: all that agent/index.ts exports, with its declaration and docstring. */
export function sdkReference(): [file: string, text: string][] {
  const exported = readExports()
  return PAGES.map(({ file, title, folders }) => {
    const mine = exported.filter((each) => PAGES.find((page) => page.folders.test(each.file))?.file === file)
    const others = PAGES.filter((page) => page.file !== file).map((page) => `[${page.title}](${page.file})`)
    const byFolder = Map.groupBy(mine, (each) => dirname(each.file))
    const sections = [...byFolder].toSorted(
      ([a], [b]) => (folders.source === '^' ? depth(a) - depth(b) : 0) || (a < b ? -1 : 1),
    )
    const body = sections.map(([folder, found]) => `## ${folder}\n\n${found.map(entry).join('\n\n')}`)
    return [
      file,
      `# SDK: ${title}

What \`@mesh/sdk\` exports, as it is declared${file === 'sdk.md' ? '; how to use it: [the SDK](../sdk.md)' : ''}. Other pages: ${others.join(', ')}.

${body.join('\n\n')}`,
    ]
  })
}

const depth = (folder: string) => folder.split('/').length

function entry({ name, file, code, words }: Export): string {
  const heading = `### ${name}\n\n[${file}](../../${file})`
  return [heading, ...(words ? [words] : []), `\`\`\`typescript\n${code}\n\`\`\``].join('\n\n')
}

function readExports(): Export[] {
  using api = new Compiler()
  return api.exportsOf(`${root}agent/index.ts`)
}

/** The compiler as a server, which is how TypeScript 7 can be asked about types. */
class Compiler {
  readonly #api = new API({ cwd: root })

  exportsOf(path: string): Export[] {
    const [project] = this.#api.updateSnapshot({ openProjects: [`${root}tsconfig.json`] }).getProjects()
    const file = project?.program.getSourceFile(path)
    const module = file && project?.checker.getSymbolAtLocation(file)
    if (project === undefined || module === undefined) throw new Error(`${path} cannot be read`)
    const { checker } = project
    const exported = checker.getExportsOfModule(module).map((symbol) => this.#describe(symbol, checker))
    const named = new Set(exported.map(({ name }) => name))
    // A class has the methods of those that it extends, which nobody needs to name.
    const inherited = exported.flatMap(({ symbol }) => basesOf(symbol, checker))
    for (const base of inherited) {
      if (named.has(base.name)) continue
      named.add(base.name)
      exported.push(this.#describe(base, checker))
    }
    return exported.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  #describe(symbol: TsSymbol, checker: Checker): Export {
    const target = symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const node = target.declarations[0]?.resolve()
    if (node === undefined) throw new Error(`${symbol.name} has no declaration`)
    const path = node.getSourceFile().fileName
    const file = relative(root, path)
    if (node.kind === SyntaxKind.SourceFile) {
      const names = checker.getExportsOfModule(target).map(({ name }) => name)
      const code = `${symbol.name}: { ${names.toSorted().join(', ')} }`
      return { name: symbol.name, symbol: target, file, code, words: 'Calls of the contracts, by contract.' }
    }
    const type = checker.getTypeOfSymbol(target)
    const inferred = () => (type === undefined ? '' : checker.typeToString(type))
    return {
      name: symbol.name,
      symbol: target,
      file,
      ...declaredIn(node, readFileSync(path, 'utf8'), inferred),
    }
  }

  [Symbol.dispose]() {
    this.#api.close()
  }
}

/** Classes of ours that a class extends, the nearest first. */
function basesOf(symbol: TsSymbol, checker: Checker): TsSymbol[] {
  if (!(symbol.flags & SymbolFlags.Class)) return []
  const type = checker.getDeclaredTypeOfSymbol(symbol) as InterfaceType
  const bases = checker.getBaseTypes(type).flatMap((base) => base.getSymbol() ?? [])
  const ours = bases.filter((base) => base.declarations.some(({ path }) => isOurs(path)))
  return ours.flatMap((base) => [base, ...basesOf(base, checker)])
}

function isOurs(path: string): boolean {
  return path.startsWith(root) && !path.includes('/node_modules/')
}
