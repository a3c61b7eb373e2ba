import {
  type Abi,
  type ContractFunctionName,
  type EncodeFunctionDataParameters,
  encodeFunctionData,
} from 'viem'
import type { Address, Hex } from '../../protocol/types.ts'

/** A transaction that has been built but not sent. */
export interface Call {
  to: Address
  data: Hex
}

/**
 * Builds the call of a contract's function.
 *
 * @example callTo(token, { abi: testDollarAbi, functionName: 'mint', args: [account, 5_000_000n] })
 */
export function callTo<const ABI extends Abi, Name extends ContractFunctionName<ABI>>(
  to: Address,
  call: EncodeFunctionDataParameters<ABI, Name>,
): Call {
  return { to, data: encodeFunctionData(call) }
}
