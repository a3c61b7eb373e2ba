import type { PublicClient } from 'viem'
import { ledgerAbi } from '../../../protocol/abis/index.ts'
import type { Address } from '../../../protocol/types.ts'
import { type Call, callTo } from '../call.ts'

/** Adds tokens, which the ledger was approved for, to an account's prefunded balance. */
export function deposit(ledger: Address, token: Address, account: Address, amount: bigint): Call {
  return callTo(ledger, { abi: ledgerAbi, functionName: 'deposit', args: [token, account, amount] })
}

/** Announces a withdrawal; `withdraw` works after the ledger's delay. */
export function requestWithdrawal(ledger: Address, token: Address, amount: bigint): Call {
  return callTo(ledger, { abi: ledgerAbi, functionName: 'requestWithdrawal', args: [token, amount] })
}

/** Takes out what was announced, as far as the balance still has it. */
export function withdraw(ledger: Address, token: Address, to: Address): Call {
  return callTo(ledger, { abi: ledgerAbi, functionName: 'withdraw', args: [token, to] })
}

/** Sets what the key of an agent of the sender's may spend from the sender's balance; `perPeriod` 0n ends that. */
export function setMandate(ledger: Address, token: Address, agentId: bigint, caps: Mandate): Call {
  return callTo(ledger, {
    abi: ledgerAbi,
    functionName: 'setMandate',
    args: [token, agentId, caps.perPeriod, caps.perPayee, caps.period],
  })
}

/** What an agent may spend of its owner's money, in minor units. */
export interface Mandate {
  /** In one period, all in all, and to any one payee. */
  perPeriod: bigint
  perPayee: bigint
  /** Seconds, counted from the beginning of Unix time. */
  period: number
}

/** Reads a prefunded balance, in the token's minor units. */
export function balanceOf(
  client: PublicClient,
  ledger: Address,
  token: Address,
  account: Address,
): Promise<bigint> {
  return client.readContract({
    address: ledger,
    abi: ledgerAbi,
    functionName: 'balanceOf',
    args: [token, account],
  })
}
