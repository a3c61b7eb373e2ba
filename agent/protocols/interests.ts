import type { PeerId } from '@libp2p/interface'
import { type AreaAsk, MAX_ASKED_CELLS } from '../../protocol/wire/catch-up.ts'
import { cellsAround, concerning, finestOf } from '../network/areas.ts'
import type { MeshNode } from '../network/node.ts'
import type { CatchUp } from './catch-up.ts'
import { Newcomers } from './newcomers.ts'

export interface InterestsInit {
  node: MeshNode
  catchUp: Pick<CatchUp, 'ask'>
  /** What neighbours are asked for. */
  type: AreaAsk['type']
  /** The topic of a domain's cell. */
  topicOf: (domain: string, cell: string) => string
  /** Begins to listen in a topic. */
  listen: (topic: string) => void
}

/**
 * The domains and cells that an agent listens to in one kind of gossip. Each neighbour that comes into one of their topics is
 * asked for what was said there before.
 */
export class Interests {
  readonly #init: InterestsInit
  /** Cells of each domain: the finest of each place. */
  readonly #cells = new Map<string, Set<string>>()
  /** Whether an area concerns what listens to a domain. */
  readonly #concerned = new Map<string, (area: string) => boolean>()
  readonly #topics = new Set<string>()
  readonly #newcomers: Newcomers
  /** Domains in which a neighbour was asked. */
  readonly #caughtUp = new Set<string>()
  readonly #stopping = new AbortController()

  constructor(init: InterestsInit) {
    this.#init = init
    const shares = (topic: string) => this.#topics.has(topic)
    this.#newcomers = new Newcomers(init.node, shares, (peer) => this.#ask(peer))
  }

  start(): void {
    this.#newcomers.start()
  }

  stop(): void {
    this.#stopping.abort()
    this.#newcomers.stop()
  }

  /**
   * Listens to a domain (`energy`) within a radius of an area.
   *
   * @param area H3 cell, or '' for everywhere
   * @param radius kilometres; see `cellsAround`
   */
  join(domain: string, area: string, radius = 0): void {
    const cells = this.#cells.get(domain) ?? new Set()
    this.#cells.set(domain, cells)
    const around = cellsAround(area, radius)
    for (const cell of finestOf(around)) cells.add(cell)
    this.#concerned.set(domain, concerning(cells))
    for (const cell of around) {
      const topic = this.#init.topicOf(domain, cell)
      if (this.#topics.has(topic)) continue
      this.#topics.add(topic)
      this.#init.listen(topic)
      this.#newcomers.joined(topic)
    }
  }

  get domains(): string[] {
    return [...this.#cells.keys()]
  }

  /** Whether what is about a domain and an area concerns this agent; what travels in a wide topic may not. */
  concerns(domain: string, area: string): boolean {
    return this.#concerned.get(domain)?.(area) ?? false
  }

  /**
   * Whether a neighbour was asked about a domain before. What comes late to an agent that has long been here is news to those
   * around it: a partition has healed.
   */
  isCaughtUp(domain: string): boolean {
    return this.#caughtUp.has(domain)
  }

  async #ask(peer: PeerId): Promise<void> {
    const { catchUp, type } = this.#init
    for (const [domain, joined] of this.#cells) {
      const cells = [...joined].slice(0, MAX_ASKED_CELLS)
      if (await catchUp.ask(peer, { type, domain, cells }, this.#stopping.signal)) this.#caughtUp.add(domain)
    }
  }
}
