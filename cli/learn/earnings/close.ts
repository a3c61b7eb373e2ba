import { calls, type Hex } from '../../../agent/index.ts'
import type { LearningTask } from '../../../protocol/learning.ts'
import type { Party, World } from './world.ts'

const { learningPanel: onPanel, learningRegistry: onRegistry } = calls

/** A round whose time is over. */
interface PastRound {
  task: LearningTask
  id: Hex
  requester: Party
  contributions: readonly { party: Party }[]
  evaluators: readonly Party[]
  seated: readonly Party[]
  proposer: Party
  resultRoot: Hex
}

/** Settles a round: everybody claims what it has earned, and gets back the stake that is left. */
export async function closeRound(world: World, round: PastRound): Promise<void> {
  const { task, id, requester, contributions, evaluators, seated, proposer, resultRoot } = round
  const { client, registry, panel } = world
  await world.send(requester, onRegistry.onTask(registry, 'settle', task))
  const shares = await Promise.all(
    contributions.map((_, index) => onRegistry.shareOf(client, registry, id, index)),
  )
  for (const [index, { party }] of contributions.entries()) {
    if (shares[index] !== 0n) {
      await world.send(party, onRegistry.onParticipant(registry, 'claim', task, index))
    }
  }
  const { paidSeats } = await onRegistry.roundOf(client, registry, id)
  for (const [seat, party] of seated.entries()) {
    if (((paidSeats >> seat) & 1) === 1) await world.send(party, onRegistry.claimSeat(registry, task, seat))
    await world.send(party, onPanel.release(panel, 'closeSeat', task, seat))
  }
  await world.send(proposer, onRegistry.onTask(registry, 'claimResult', task))
  await world.send(proposer, onRegistry.closeProposal(registry, task, resultRoot))
  for (const [lot, party] of evaluators.entries()) {
    if (!seated.includes(party)) await world.send(party, onPanel.release(panel, 'releaseLot', task, lot))
  }
}
