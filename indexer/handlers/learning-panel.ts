import { getContractAddress } from 'viem'
import { learningPanelAbi } from '../../protocol/abis/index.ts'
import type { Address } from '../../protocol/types.ts'
import { defineHandler, type Handler } from './handler.ts'
import { updateRound } from './learning-registry.ts'

/**
 * Counts who offers to evaluate rounds, and who was drawn.
 *
 * @param registry which deployed the panel, as the first contract of its own
 */
export function learningPanelHandler(registry: Address): Handler {
  const address = getContractAddress({ from: registry, nonce: 1n })
  return defineHandler(address, learningPanelAbi, {
    Enlisted: ({ id }, changes) =>
      updateRound(changes, id, ({ evaluators }) => ({ evaluators: evaluators + 1 })),
    PanelDrawn: ({ id, lots }, changes) => updateRound(changes, id, () => ({ seats: lots.length })),
  })
}
