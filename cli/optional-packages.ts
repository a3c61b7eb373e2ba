import { readFileSync } from 'node:fs'
import { packageRoot } from '../community/package-root.ts'

/** The optional packages that are not installed, each with the version that this one was made with: `name@version`. */
export function missingPackages(isInstalled: (name: string) => boolean = resolves): string[] {
  const file = readFileSync(new URL('package.json', packageRoot), 'utf8')
  const { peerDependencies } = JSON.parse(file) as { peerDependencies: Record<string, string> }
  return Object.entries(peerDependencies)
    .filter(([name]) => !isInstalled(name))
    .map(([name, version]) => `${name}@${version}`)
}

/** One command that installs all that is missing. @param name what was missed, which may be none of the optional ones */
export function installMissing(name: string): string {
  const packages = missingPackages()
  return `npm install ${packages.length === 0 ? name : packages.join(' ')}`
}

/** A package that exports no main module is there when the error says so. */
function resolves(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
  }
}
