import { readdirSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'

export const isLinux = process.platform === 'linux'

/** Paths below /proc of the processes that modules run in, when they have taken the place of their shell. */
export function sandboxes(): string[] {
  return readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' '))
    .map((pid) => `/proc/${pid}`)
    .filter(
      (path) =>
        path !== '/proc/' && /^[^\0]*node\0.*module-process/.test(readFileSync(`${path}/cmdline`, 'utf8')),
    )
}

/** Fails when a process is left of those that modules run in. */
export async function expectNone(): Promise<void> {
  // The handle of one that has ended is closed in the next turn.
  await setImmediate()
  expect(process.getActiveResourcesInfo()).to.not.include('ProcessWrap')
}
