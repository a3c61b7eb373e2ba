import { ledgerAbi } from '../../protocol/abis/index.ts'
import type { Address } from '../../protocol/types.ts'
import { addToAccount, addToTotals } from './accounts.ts'
import { defineHandler, type Handler } from './handler.ts'

/** Keeps what went into the ledger and out of it, and which fees were collected. */
export function ledgerHandler(address: Address): Handler {
  return defineHandler(address, ledgerAbi, {
    Deposited: ({ token, account, amount }, changes) =>
      addToAccount(changes, { token, account }, { deposited: amount }),
    Withdrawn: ({ token, account, amount }, changes) =>
      addToAccount(changes, { token, account }, { withdrawn: amount }),
    FeesCollected: ({ token, amount }, changes) => addToTotals(changes, token, { collected: amount }),
  })
}
