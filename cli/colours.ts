import pc from 'picocolors'

/** Colours of what goes to stdout, and to stderr: each has them only where it is a terminal. */
export const out = pc.createColors(wantsColour(process.stdout))
export const err = pc.createColors(wantsColour(process.stderr))

/** See https://no-color.org and https://force-color.org. */
function wantsColour({ isTTY }: NodeJS.WriteStream): boolean {
  if (process.env.NO_COLOR) return false
  return process.env.FORCE_COLOR ? process.env.FORCE_COLOR !== '0' : isTTY === true
}
