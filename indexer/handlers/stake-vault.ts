import { stakeVaultAbi } from '../../protocol/abis/index.ts'
import type { Address } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { StakeRow } from '../store/tables.ts'
import { defineHandler, type Handler } from './handler.ts'

/** Keeps the stake of every depositor behind every agent. */
export function stakeVaultHandler(address: Address): Handler {
  return defineHandler(address, stakeVaultAbi, {
    Staked: ({ agentId, depositor, amount }, changes) =>
      update(changes, agentId, depositor, (row) => ({ staked: row.staked + amount })),
    WithdrawalRequested: ({ agentId, depositor, amount, availableAt }, changes) =>
      update(changes, agentId, depositor, () => ({ queued: amount, availableAt })),
    Withdrawn: ({ agentId, depositor, amount }, changes) =>
      update(changes, agentId, depositor, (row) => ({
        staked: row.staked - amount,
        queued: 0n,
        availableAt: 0n,
      })),
    Locked: ({ agentId, depositor, amount }, changes) =>
      update(changes, agentId, depositor, (row) => ({ locked: row.locked + amount })),
    Unlocked: ({ agentId, depositor, amount }, changes) =>
      update(changes, agentId, depositor, (row) => ({ locked: row.locked - amount })),
  })
}

async function update(
  changes: Changes,
  agentId: bigint,
  depositor: Address,
  change: (row: StakeRow) => Partial<StakeRow>,
): Promise<void> {
  const empty = { agentId, depositor, staked: 0n, locked: 0n, queued: 0n, availableAt: 0n }
  const row = (await changes.get('stakes', { agentId, depositor })) ?? empty
  changes.put('stakes', { ...row, ...change(row) })
}
