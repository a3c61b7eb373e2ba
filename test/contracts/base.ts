/** What the contract tests share: one chain, one deployment that every test starts from, and its people. */
import { expect } from 'chai'
import { getCreateAddress, type HDNodeWallet, Wallet } from 'ethers'
import { network } from 'hardhat'
import type {} from '../../types/ethers-contracts/hardhat.d.ts'

export { expect }
export const { ethers, networkHelpers } = await network.create()
export const { loadFixture, time } = networkHelpers

export type Signer = Awaited<ReturnType<typeof ethers.getSigners>>[number]
export type Deployment = Awaited<ReturnType<typeof deploy>>

/** Whether the contracts are instrumented to measure coverage; then gas says nothing. */
export const isInstrumented = process.argv.includes('--coverage')

/** A whole test dollar in minor units. */
export const DOLLAR = 1_000_000n
export const DAY = 24 * 60 * 60
export const FEE_BPS = 50n
export const SALT = ethers.id('salt of the test deployment')

/** Named accounts. `module` is an ordinary account that ledger and vault take for a contract of ours. */
async function people() {
  const [deployer, buyer, seller, owner, payout, feeRecipient, module, stranger] = await ethers.getSigners()
  if (!deployer || !buyer || !seller || !owner || !payout || !feeRecipient || !module || !stranger) {
    throw new Error('the test network has too few accounts')
  }
  return { deployer, buyer, seller, owner, payout, feeRecipient, module, stranger }
}

/** Deploys everything the way the deployment script does: the ledger knows the escrow by its future address. */
export async function deploy() {
  const accounts = await people()
  const { deployer, feeRecipient, module } = accounts
  const token = await ethers.deployContract('TestDollar')
  const registry = await ethers.deployContract('IdentityRegistry')
  const arbitrator = await ethers.deployContract('TestArbitrator')
  const nonce = await deployer.getNonce()
  const escrowAddress = getCreateAddress({ from: deployer.address, nonce: nonce + 1 })
  const modules = [escrowAddress, module.address, await arbitrator.getAddress()]
  const treasury = await ethers.deployContract('Treasury', [modules, feeRecipient, token, registry])
  const ledger = await ethers.getContractAt('Ledger', treasury)
  const vault = await ethers.getContractAt('StakeVault', treasury)
  const escrow = await ethers.deployContract('IntentEscrow', [treasury, FEE_BPS, SALT])
  const addresses = {
    token: await token.getAddress(),
    registry: await registry.getAddress(),
    vault: await vault.getAddress(),
    ledger: await ledger.getAddress(),
    escrow: await escrow.getAddress(),
    arbitrator: await arbitrator.getAddress(),
  }
  return { ...accounts, token, registry, vault, ledger, escrow, arbitrator, addresses }
}

/** Mints test dollars to an account and lets the spender take them. */
export async function fund(d: Deployment, account: Signer, spender: string, amount: bigint) {
  await d.token.mint(account, amount)
  await d.token.connect(account).approve(spender, amount)
}

/** Gives an account a balance in the ledger. */
export async function prefund(d: Deployment, account: Signer, amount: bigint) {
  await fund(d, account, d.addresses.ledger, amount)
  await d.ledger.connect(account).deposit(d.token, account, amount)
}

/** Registers an agent for its owner and returns the id. */
export async function register(d: Deployment, owner: Signer): Promise<bigint> {
  const agentId = await d.registry.connect(owner)['register()'].staticCall()
  await d.registry.connect(owner)['register()']()
  return agentId
}

export const agentWalletTypes = {
  AgentWalletSet: [
    { name: 'agentId', type: 'uint256' },
    { name: 'newWallet', type: 'address' },
    { name: 'owner', type: 'address' },
    { name: 'deadline', type: 'uint256' },
  ],
}

/** The wallet's consent to speak for an agent. */
export async function signAgentWallet(
  d: Deployment,
  signer: Signer | HDNodeWallet,
  message: { agentId: bigint; newWallet: string; owner: string; deadline: number | bigint },
) {
  const domain = {
    name: 'ERC8004IdentityRegistry',
    version: '1',
    chainId: (await ethers.provider.getNetwork()).chainId,
    verifyingContract: d.addresses.registry,
  }
  return signer.signTypedData(domain, agentWalletTypes, message)
}

/** Binds a wallet to an agent. */
export async function bindWallet(d: Deployment, owner: Signer, agentId: bigint, wallet: Signer) {
  const deadline = (await time.latest()) + 240
  const message = { agentId, newWallet: wallet.address, owner: owner.address, deadline }
  const signature = await signAgentWallet(d, wallet, message)
  await d.registry.connect(owner).setAgentWallet(agentId, wallet, deadline, signature)
}

/** Stakes behind an agent of the owner, for a module. */
export async function stakeFor(
  d: Deployment,
  owner: Signer,
  agentId: bigint,
  amount: bigint,
  module: string,
) {
  await fund(d, owner, d.addresses.vault, amount)
  await d.vault.connect(owner).stake(agentId, module, amount)
}

/** The other of the two signatures that share r: s mirrored at the curve's order. OpenZeppelin refuses it. */
export function malleate(signature: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const { r, s, v } = ethers.Signature.from(signature)
  const mirrored = ethers.toBeHex(order - BigInt(s), 32)
  return ethers.concat([r, mirrored, ethers.toBeHex(v === 27 ? 28 : 27, 1)])
}

/** A key that no test network knows. */
export const newKey = () => Wallet.createRandom()
