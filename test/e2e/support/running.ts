import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { startMesh } from '../../cli/mesh.ts'

/** How long anything may take on a busy machine, in milliseconds. */
export const PATIENCE = 90_000

/** A market that `mesh up` runs as a process, with all that it prints. */
export class Running {
  readonly lines: string[] = []
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown[]>

  constructor(cwd: string, args: readonly string[]) {
    const child = startMesh(cwd, ['up', ...args])
    this.#child = child
    this.#exited = once(child, 'exit')
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => this.lines.push(line))
    }
  }

  /** Waits for a line that the market prints. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    return poll(`a line like ${pattern}`, () => {
      if (this.#child.exitCode !== null) throw new Error(`mesh up ended early:\n${this.lines.join('\n')}`)
      for (const line of this.lines) {
        const match = pattern.exec(line)
        if (match !== null) return match
      }
      return undefined
    })
  }

  /** Process ids of everything below the market that runs a module of the name. */
  children(module: string): number[] {
    return descendants(this.#child.pid ?? 0).filter((pid) => commandOf(pid).includes(module))
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal)
    const [code] = await this.#exited
    return code as number | null
  }
}

/** What the API of a market says. */
export async function get(url: string): Promise<{ data: unknown }> {
  return (await fetch(url, { signal: AbortSignal.timeout(10_000) })).json() as Promise<{ data: unknown }>
}

/** Asks until there is an answer. */
export async function poll<T>(what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const latest = performance.now() + PATIENCE
  while (performance.now() < latest) {
    const answer = await ask()
    if (answer !== undefined) return answer
    await delay(50)
  }
  throw new Error(`waited in vain for ${what}`)
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
  return [...children, ...children.flatMap(descendants)]
}

function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
}
