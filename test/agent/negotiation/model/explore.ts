import type { Role } from '../../../../agent/protocols/negotiation/machine/conversation.ts'
import { actionsOf, beginning } from './actions.ts'
import { faultOf, finalFaultOf } from './invariants.ts'
import { type Budget, keyOf, type Rules, type World } from './world.ts'

export interface Exploration {
  states: number
  /** In how many of them nothing more has to happen. */
  final: number
  /** How far the farthest is from the beginning. */
  depth: number
  /** The first thing that went wrong, and the shortest way to it. */
  failure: { fault: string; path: string[] } | undefined
}

interface Reached {
  world: World
  by: string
  from: Reached | undefined
  depth: number
}

/** Visits every world that can be reached, the nearest first, until one is found that must not be. */
export function explore(offerer: Role, budget: Budget, rules: Rules): Exploration {
  const first: Reached = { world: beginning(offerer, budget), by: 'the beginning', from: undefined, depth: 0 }
  const seen = new Set([keyOf(first.world)])
  const queue = [first]
  let last = first
  let final = 0
  const ended = (failure: Exploration['failure']) => ({
    states: seen.size,
    final,
    depth: last.depth,
    failure,
  })
  // Growing while it is read: the first in is the first out.
  for (const head of queue) {
    last = head
    const { world, depth } = head
    let isFinal = true
    for (const { name, isOptional, next } of actionsOf(world, rules)) {
      if (!isOptional) isFinal = false
      const key = keyOf(next)
      if (seen.has(key)) continue
      seen.add(key)
      queue.push({ world: next, by: name, from: head, depth: depth + 1 })
    }
    if (isFinal) final += 1
    const fault = faultOf(world) ?? (isFinal ? finalFaultOf(world) : undefined)
    if (fault !== undefined) return ended({ fault, path: pathTo(head) })
  }
  return ended(undefined)
}

function pathTo(reached: Reached): string[] {
  const path: string[] = []
  for (let at: Reached | undefined = reached; at !== undefined; at = at.from) path.unshift(at.by)
  return path
}
