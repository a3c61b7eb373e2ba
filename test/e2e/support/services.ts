import type { FoundAgent, MeshNetwork } from '../../../agent/index.ts'
import { until } from '../../agent/support/until.ts'

/** What an answer costs, in minor units. */
export const PRICE = 20_000n

/** What a promise is rejected with; undefined when it is not. */
export const refusal = (doing: Promise<unknown>): Promise<unknown> =>
  doing.then(
    () => undefined,
    (reason: unknown) => reason,
  )

/** Searches until an agent is found that serves `data.fx`. */
export function findService(from: MeshNetwork, provider: MeshNetwork): Promise<FoundAgent> {
  return until(async () => {
    const found = await from.discoverAgents({ capabilities: ['data.fx'] })
    return found.find(({ record }) => record.value.agent === provider.address)
  })
}
