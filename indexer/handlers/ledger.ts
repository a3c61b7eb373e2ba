import { ledgerAbi } from '../../protocol/abis/index.ts'
import type { Address } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import { defineHandler, type Handler } from './handler.ts'

/** Keeps the balance of every ledger account. */
export function ledgerHandler(address: Address): Handler {
  return defineHandler(address, ledgerAbi, {
    Deposited: ({ token, account, amount }, changes) =>
      credit(changes, token, account, amount, { deposited: amount }),
    Withdrawn: ({ token, account, amount }, changes) =>
      credit(changes, token, account, -amount, { withdrawn: amount }),
    async Moved({ token, from, to, amount }, changes) {
      await credit(changes, token, from, -amount)
      await credit(changes, token, to, amount)
    },
  })
}

async function credit(
  changes: Changes,
  token: Address,
  account: Address,
  amount: bigint,
  { deposited = 0n, withdrawn = 0n } = {},
): Promise<void> {
  const row = await changes.get('balances', { token, account })
  changes.put('balances', {
    token,
    account,
    balance: (row?.balance ?? 0n) + amount,
    deposited: (row?.deposited ?? 0n) + deposited,
    withdrawn: (row?.withdrawn ?? 0n) + withdrawn,
  })
}
