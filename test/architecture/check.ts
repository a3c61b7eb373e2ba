import { posix } from 'node:path'
import { type Import, importsOf } from './imports.ts'
import { exported, generated, type Layer, layers, loaders, MAX_LINES, restricted } from './rules.ts'
import { type Token, tokensOf } from './tokens.ts'

/**
 * Holds source files against the rules.
 *
 * @param files source texts by their path from the root, with forward slashes
 * @returns a line per violation: where, what, and why not; empty when all is well
 */
export function violationsOf(files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, source]) => [...checkSize(path, source), ...checkFile(path, source)])
}

function checkSize(path: string, source: string): string[] {
  const lines = source.replace(/\n$/, '').split('\n').length
  if (generated.test(path) || lines <= MAX_LINES) return []
  return [`${path}: has ${lines} lines, and may have ${MAX_LINES}`]
}

function checkFile(path: string, source: string): string[] {
  if (!/\.(tsx?|mjs|js)$/.test(path)) return []
  const layer = layerOf(path)
  if (layer === undefined) return [`${path}: belongs to no layer`]
  const tokens = tokensOf(source)
  return [
    ...importsOf(tokens).flatMap((found) => {
      const fault = faultOf(path, layer, found)
      return fault === undefined ? [] : [`${path}:${found.line}: ${fault}`]
    }),
    ...(layer.globals ?? []).flatMap((name) =>
      usesOf(tokens, name).map((line) => `${path}:${line}: ${layer.name} must not use ${name}`),
    ),
  ]
}

function faultOf(path: string, layer: Layer, { specifier }: Import): string | undefined {
  if (specifier === undefined) {
    return loaders.includes(path) ? undefined : 'imports what is computed, so nobody can tell what it is'
  }
  const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : exported[specifier]
  if (target === undefined) return packageFault(layer, specifier)
  const imported = layerOf(target)
  if (imported === undefined) return `imports ${target}, which belongs to no layer`
  if (imported === layer || layer.imports.includes(imported.name)) return undefined
  return `${layer.name} must not import ${imported.name} (${target})`
}

function packageFault(layer: Layer, specifier: string): string | undefined {
  if (layer.forbidden?.test(specifier)) return `${layer.name} must not import ${specifier}`
  const rule = restricted.find(({ packages }) => packages.test(specifier))
  if (rule === undefined || rule.layers.includes(layer.name)) return undefined
  return `${layer.name} must not import ${specifier}: ${rule.why}`
}

function layerOf(path: string): Layer | undefined {
  const fits = (place: string) => (place.endsWith('/') ? path.startsWith(place) : path === place)
  const candidates = layers.flatMap((layer) => layer.paths.filter(fits).map((place) => ({ layer, place })))
  return candidates.toSorted((a, b) => b.place.length - a.place.length)[0]?.layer
}

/** Lines at which a global is used, given as it is written: `Math.random`, `new Date()`, `fetch`. */
function usesOf(tokens: readonly Token[], name: string): number[] {
  const wanted = tokensOf(name).map(({ text }) => text)
  return tokens.flatMap((token, i) => {
    const isHere = wanted.every(
      (text, at) => tokens[i + at]?.text === text && tokens[i + at]?.type !== 'text',
    )
    // A member or a property of the same name is something else.
    const isMember = tokens[i - 1]?.text === '.'
    const isProperty = tokens[i + 1]?.text === ':' && wanted.length === 1
    return isHere && !isMember && !isProperty ? [token.line] : []
  })
}
