import { stakeVaultAbi } from '../../protocol/abis/index.ts'
import type { Address } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { StakeRow } from '../store/tables.ts'
import { defineHandler, type Handler } from './handler.ts'

/** Whose stake, behind which agent, for which module. */
export type Position = Pick<StakeRow, 'agentId' | 'depositor' | 'module'>

/** Keeps the stake of every depositor behind every agent, for every module. */
export function stakeVaultHandler(address: Address): Handler {
  return defineHandler(address, stakeVaultAbi, {
    Staked: ({ amount, ...position }, changes) =>
      updateStake(changes, position, ({ staked }) => ({ staked: staked + amount })),
    UnstakeRequested: ({ amount, availableAt, ...position }, changes) =>
      updateStake(changes, position, () => ({ queued: amount, availableAt })),
    Unstaked: ({ amount, ...position }, changes) =>
      updateStake(changes, position, (row) => ({
        staked: row.staked - amount,
        ...queue(row, row.queued - amount),
      })),
    Slashed: ({ burned, compensation, ...position }, changes) =>
      updateStake(changes, position, (row) => {
        const slashed = burned + compensation
        const staked = row.staked - slashed
        // Locks of modules that are not followed are not known, so neither is what is left of them.
        const locked = row.locked > slashed ? row.locked - slashed : 0n
        return { staked, locked, ...queue(row, row.queued < staked ? row.queued : staked) }
      }),
  })
}

/** Changes a position; one that is not known yet is empty. */
export function updateStake(
  changes: Changes,
  { agentId, depositor, module }: Position,
  change: (row: StakeRow) => Partial<StakeRow>,
): void {
  const key = { agentId, depositor, module }
  const empty = { ...key, staked: 0n, locked: 0n, queued: 0n, availableAt: 0n }
  const row = changes.get('stakes', key) ?? empty
  changes.put('stakes', { ...row, ...change(row) })
}

function queue({ availableAt }: StakeRow, queued: bigint): Pick<StakeRow, 'queued' | 'availableAt'> {
  return { queued, availableAt: queued === 0n ? 0n : availableAt }
}
