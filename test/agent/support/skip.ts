/** Skips a test, or the suite whose `before` asks for it, and says why. */
export function skip(context: Mocha.Context, why: string): never {
  console.log(`    skipped: ${why}`)
  return context.skip()
}

/** Skips what works on Linux alone. @param why what it needs that other systems do not have */
export function skipUnlessLinux(context: Mocha.Context, why: string): void {
  if (process.platform !== 'linux') skip(context, why)
}
