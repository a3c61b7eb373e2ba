import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'

export const isLinux = process.platform === 'linux'

/** Paths below /proc of the processes that modules run in, when they have taken the place of their shell. */
export function sandboxes(): string[] {
  return readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' '))
    .filter((pid) => pid !== '')
    .map((pid) => `/proc/${pid}`)
    .filter((path) => /^[^\0]*node\0.*module-process/.test(commandOf(path)))
}

/** Empty when the process is gone. */
function commandOf(path: string): string {
  try {
    return readFileSync(`${path}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

/** Fails when a process is left of those that modules run in. */
export function expectNone(): void {
  if (isLinux) expect(sandboxes()).to.deep.equal([])
}
