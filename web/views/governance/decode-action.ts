import { type Abi, decodeFunctionData, hexToString, isHex, size } from 'viem'
import { arbitrationAbi } from '../../../protocol/abis/arbitration.ts'
import { clearingHouseAbi } from '../../../protocol/abis/clearingHouse.ts'
import { guardianAbi } from '../../../protocol/abis/guardian.ts'
import { meshDirectoryAbi } from '../../../protocol/abis/meshDirectory.ts'
import { meshGovernorAbi } from '../../../protocol/abis/meshGovernor.ts'
import { meshTimelockAbi } from '../../../protocol/abis/meshTimelock.ts'
import { meshTokenAbi } from '../../../protocol/abis/meshToken.ts'
import type { Deployment } from '../../../protocol/deployment.ts'
import type { ProposalView } from '../../api/views.ts'
import { shortHex } from '../../format/names.ts'
import { bounded } from '../../format/strangers.ts'

type Action = NonNullable<ProposalView['actions']>[number]

const ABIS: readonly (readonly [keyof Deployment['contracts'], Abi])[] = [
  ['meshDirectory', meshDirectoryAbi],
  ['meshGovernor', meshGovernorAbi],
  ['timelock', meshTimelockAbi],
  ['meshToken', meshTokenAbi],
  ['guardian', guardianAbi],
  ['arbitration', arbitrationAbi],
  ['clearingHouse', clearingHouseAbi],
]

/**
 * What a call of a proposal does, as the ABI of the contract that it goes to tells; the calldata itself where it does not. What
 * the proposal's text says of it, nobody checks.
 */
export function actionText({ target, calldata, value }: Action, contracts: Deployment['contracts']): string {
  const known = ABIS.find(([name]) => contracts[name]?.toLowerCase() === target.toLowerCase())
  // Whole: addresses whose first and last digits are another's cost minutes to find.
  const name = known?.[0] ?? target
  const sent = value === '0' ? '' : ` with ${value} wei`
  try {
    if (known === undefined) throw new Error('not a contract of the deployment')
    const { functionName, args = [] } = decodeFunctionData({ abi: known[1], data: calldata as `0x${string}` })
    return `${name}.${functionName}(${args.map(valueText).join(', ')})${sent}`
  } catch {
    return `${name} is called with ${bounded(calldata, 74)}${sent}`
  }
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.slice(0, 16).map(valueText).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => `${name}: ${valueText(member)}`)
    return `{ ${members.join(', ')} }`
  }
  if (isHex(value) && size(value) === 32) return wordText(value)
  return bounded(String(value), 80)
}

/** Names of the directory are ASCII, left-aligned in 32 bytes. */
function wordText(word: `0x${string}`): string {
  const text = hexToString(word, { size: 32 }).replace(/\0+$/, '')
  return /^[\x20-\x7e]+$/.test(text) ? `“${text}”` : shortHex(word)
}
