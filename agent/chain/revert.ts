import { BaseError, decodeErrorResult, type Hex } from 'viem'
import {
  clearingHouseAbi,
  identityRegistryAbi,
  intentEscrowAbi,
  ledgerAbi,
  stakeVaultAbi,
  testDollarAbi,
} from '../../protocol/abis/index.ts'
import { ChainError, messageOf } from '../../protocol/errors.ts'

const errors = [
  intentEscrowAbi,
  clearingHouseAbi,
  stakeVaultAbi,
  ledgerAbi,
  identityRegistryAbi,
  testDollarAbi,
]
  .flat()
  .filter((entry) => entry.type === 'error')

/** Name and arguments of the custom error that a call reverted with, or the node's own words. */
export function revertReason(cause: unknown): string {
  const data = revertData(cause)
  if (data !== undefined) {
    try {
      const { errorName, args } = decodeErrorResult({ abi: errors, data })
      return `${errorName}(${(args ?? []).join(', ')})`
    } catch {
      // An error of a contract that is not ours: the node's words below are all there is.
    }
  }
  if (cause instanceof BaseError) return cause.details || cause.shortMessage
  return messageOf(cause)
}

/** Reasons that somebody may still do something about: money or stake that is paid in, a time that comes. */
const PASSING = new Set([
  'BalanceTooLow',
  'ERC20InsufficientAllowance',
  'ERC20InsufficientBalance',
  'ERC3009InvalidAuthorizationTime',
  'FailedCall',
  'InsufficientGas',
  'InsufficientStake',
  'PayeeCapExceeded',
  'PeriodCapExceeded',
])

const MANDATE =
  "Stay within the mandate: wait for the next period, or have the agent's owner raise it (`setMandate`)."

/** What is to be done about a reason that is known. */
const REMEDIES = new Map([
  [
    'BalanceTooLow',
    'Whoever has the account that it names second pays in what is missing: `account.ensureBalance`.',
  ],
  ['ERC20InsufficientAllowance', 'Try again: another payment used what was approved for this one.'],
  [
    'ERC20InsufficientBalance',
    'Send the account tokens; on a test deployment it makes its own: `account.ensureTestDollars`.',
  ],
  ['InsufficientStake', 'Put up stake: `account.ensureStake`.'],
  ['PayeeCapExceeded', MANDATE],
  ['PeriodCapExceeded', MANDATE],
])

/** What to do about a call that was refused. @param reason as `revertReason` gives it */
export function remedyFor(reason: string): string {
  const [name = ''] = /^\w+/.exec(reason) ?? []
  return (
    REMEDIES.get(name) ??
    'Look the reason up in the contract that declares it: there it says when it is thrown.'
  )
}

/** Whether the chain refuses a call for a reason that stays: the same call will never do. */
export function isLasting(error: unknown): boolean {
  if (!(error instanceof ChainError) || error.code !== 'CALL_REVERTED') return false
  const [, name] = /^(\w+)\(.*\)$/s.exec(String(error.received)) ?? []
  return name !== undefined && !PASSING.has(name)
}

/** Nodes wrap revert data at different depths: `data` itself, or `data.data`. */
function revertData(cause: unknown): Hex | undefined {
  let current: unknown = cause
  for (let depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth++) {
    const data = (current as { data?: unknown }).data
    if (typeof data === 'string' && /^0x[0-9a-f]{8}/i.test(data)) return data as Hex
    if (typeof data === 'object' && data !== null) current = data
    else current = (current as { cause?: unknown }).cause
  }
  return undefined
}
