import { encodeFunctionData, keccak256, type PublicClient, parseAbi, stringToHex, zeroHash } from 'viem'
import type { Deployment } from '../../protocol/deployment.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { DeploymentPlan } from './contracts.ts'

const timelockAbi = parseAbi([
  'function grantRole(bytes32 role, address account)',
  'function renounceRole(bytes32 role, address account)',
  'function hasRole(bytes32 role, address account) view returns (bool)',
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

/**
 * What is wrong with the roles of a deployment on the chain.
 *
 * @returns the first fault in words, or undefined when votes decide, the guardian may cancel and the deployer has no role.
 */
export async function findRoleFault(
  client: PublicClient,
  { contracts: { timelock, meshGovernor, guardian } }: Deployment,
  deployer: Address,
): Promise<string | undefined> {
  if (timelock === undefined || meshGovernor === undefined || guardian === undefined) {
    return 'it has no timelock, no governor or no guardian'
  }
  const roles = [
    ['PROPOSER_ROLE', PROPOSER, meshGovernor, true],
    ['CANCELLER_ROLE', CANCELLER, meshGovernor, true],
    ['CANCELLER_ROLE', CANCELLER, guardian, true],
    ['DEFAULT_ADMIN_ROLE', ADMIN, deployer, false],
  ] as const
  for (const [name, role, account, expected] of roles) {
    const call = {
      address: timelock,
      abi: timelockAbi,
      functionName: 'hasRole',
      args: [role, account],
    } as const
    if ((await client.readContract(call)) !== expected) {
      return `${account} has ${expected ? 'not' : 'still'} the timelock's ${name}`
    }
  }
  return undefined
}
