import { BaseError, HttpRequestError, type PublicClient, TimeoutError } from 'viem'
import { ChainError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/types.ts'
import { revertReason } from './revert.ts'

/** What nodes say in place of an error code: go-ethereum, Hardhat and anvil, each in words of its own. */
const NO_FUNDS = /insufficient funds|enough funds|exceeds transaction sender account balance/i
const OTHER_CHAIN = /invalid chain ?id/i
const NUMBER_TAKEN = /nonce too low|already known|already imported/i

/**
 * What a node's error means, where it is one that the owner of an agent can mend. viem's own error is not told as its cause:
 * it names the URL, which may hold a key, and errors get into logs.
 *
 * @param sender who was to pay for gas
 * @returns ChainError `CHAIN_UNREACHABLE`, `CHAIN_WRONG` or `INSUFFICIENT_FUNDS`; undefined for any other
 */
export function chainFault(cause: unknown, sender?: Address): ChainError | undefined {
  if (cause instanceof ChainError) return cause
  const received = revertReason(cause)
  if (isUnreachable(cause)) {
    return new ChainError('CHAIN_UNREACHABLE', 'The chain does not answer.', {
      field: 'rpcUrl',
      received,
      remedy: 'Check that its node runs and takes calls, or give the URL of another one; it is tried again.',
    })
  }
  if (OTHER_CHAIN.test(received)) {
    return new ChainError('CHAIN_WRONG', 'This chain is not the one of the deployment.', {
      field: 'rpcUrl',
      received,
      remedy: 'Give the URL of a node of the chain that the contracts are on.',
    })
  }
  if (sender === undefined || !NO_FUNDS.test(received)) return undefined
  return new ChainError('INSUFFICIENT_FUNDS', 'An account cannot pay for gas.', {
    field: sender,
    received,
    remedy:
      "Send the account some of the chain's own coin; a development chain gives it for `hardhat_setBalance`: docs/sdk.md.",
  })
}

/** Whether a node refuses a transaction because its number is taken: by another one, or by this very one. */
export function isNumberTaken(cause: unknown): boolean {
  return NUMBER_TAKEN.test(revertReason(cause))
}

/** A client whose calls fail with errors of ours, where there are any for what went wrong; see `chainFault`. */
export function withFaults(client: PublicClient): PublicClient {
  return new Proxy(client, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        const result: unknown = value(...args)
        if (!(result instanceof Promise)) return result
        return result.catch((cause: unknown) => {
          throw chainFault(cause) ?? cause
        })
      }
    },
  })
}

function isUnreachable(cause: unknown): boolean {
  if (!(cause instanceof BaseError)) return false
  return cause.walk((error) => error instanceof HttpRequestError || error instanceof TimeoutError) !== null
}
