import { computed, signal } from '@preact/signals'
import { namedBy } from '../format/names.ts'
import { get } from './get.ts'
import { onEvents } from './live.ts'
import { type AgentView, CORRECTIONS, kindOf } from './views.ts'

/** Most agents whose names are known; of others the address stands. */
const MAX_AGENTS = 1_000
const PAGE = 200
/** Least milliseconds between two readings of all agents. */
const PACE = 10_000

const agents = signal<readonly AgentView[]>([])

/** Agents by the address that speaks for them, in lower case. */
export const byWallet = computed(() => namedBy(agents.value))

/** Reads who there is, and again after somebody has come or changed. */
export function watchAgents(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  void readAll()
  onEvents((events) => {
    if (
      timer !== undefined ||
      !events.some(({ type }) => kindOf(type) === 'agent' || CORRECTIONS.includes(type))
    )
      return
    timer = setTimeout(() => {
      timer = undefined
      void readAll()
    }, PACE)
  })
}

async function readAll(): Promise<void> {
  const found: AgentView[] = []
  let cursor = ''
  try {
    do {
      const { data, page } = await get<AgentView[]>(`/v1/agents?limit=${PAGE}${cursor}`)
      found.push(...data)
      cursor = page?.nextCursor ? `&cursor=${page.nextCursor}` : ''
    } while (cursor !== '' && found.length < MAX_AGENTS)
    agents.value = found
  } catch {
    // Names are a kindness: without them there are addresses, and the next agent that comes asks again.
  }
}
