/** Oldest Node that runs this package: the first that the network library and the type stripping work with. */
const REQUIRED = [24, 12] as const

/**
 * Whether a version of Node is recent enough.
 *
 * @param version as `process.versions.node` has it
 * @returns undefined when it is, else what to tell the user
 *
 * @example checkNodeVersion('20.20.2') // 'mesh needs Node 24.12 or newer, and this is 20.20.2. ...'
 */
export function checkNodeVersion(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [requiredMajor, requiredMinor] = REQUIRED
  if (major > requiredMajor || (major === requiredMajor && minor >= requiredMinor)) return undefined
  return (
    `mesh needs Node ${REQUIRED.join('.')} or newer, and this is ${version}.\n` +
    '  Remedy: from a clone use `npm run -s mesh -- ARGS`, which brings its own; else see https://nodejs.org/en/download'
  )
}
