import { encodeFunctionData, keccak256, parseAbi, stringToHex, zeroHash } from 'viem'
import type { Address, Hex } from '../../protocol/types.ts'
import type { DeploymentPlan } from './contracts.ts'

const timelockAbi = parseAbi([
  'function grantRole(bytes32 role, address account)',
  'function renounceRole(bytes32 role, address account)',
])
const PROPOSER = keccak256(stringToHex('PROPOSER_ROLE'))
const CANCELLER = keccak256(stringToHex('CANCELLER_ROLE'))
/** `DEFAULT_ADMIN_ROLE` of OpenZeppelin's access control. */
const ADMIN = zeroHash

/** The last transactions of a deployment: votes decide, the guardian may cancel, and the deployer is nobody. */
export function rolesOf({ at, deployer }: DeploymentPlan): { to: Address; data: Hex }[] {
  const timelock = at('timelock')
  const grant = (role: Hex, account: Address) =>
    encodeFunctionData({ abi: timelockAbi, functionName: 'grantRole', args: [role, account] })
  const renounce = encodeFunctionData({
    abi: timelockAbi,
    functionName: 'renounceRole',
    args: [ADMIN, deployer],
  })
  return [
    grant(PROPOSER, at('meshGovernor')),
    grant(CANCELLER, at('meshGovernor')),
    grant(CANCELLER, at('guardian')),
    renounce,
  ].map((data) => ({ to: timelock, data }))
}
