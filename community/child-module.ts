/**
 * URL of a module that runs as a process of its own: the TypeScript source in a clone, the compiled file in the
 * package.
 *
 * @param name path without extension, relative to `importer`
 * @param importer the caller's `import.meta.url`
 */
export function childModule(name: string, importer: string): URL {
  return new URL(`${name}${importer.endsWith('.ts') ? '.ts' : '.js'}`, importer)
}
