/** The contracts, driven without conveniences: every call is one transaction at a known second. */
import { HDNodeWallet, Interface, type JsonFragment } from 'ethers'
import { artifacts } from 'hardhat'
import { agreementTypes, MAX_SECOND } from '../agreement.ts'
import { deploy, ethers, FEE_BPS, SALT, time } from '../base.ts'
import type { Deal } from './terms.ts'

const GAS = '0x2dc6c0'
const WEALTH = 10n ** 15n
const MNEMONIC = 'test test test test test test test test test test test junk'

/** Somebody with a key. */
export interface Actor {
  address: string
  sign(digest: string): string
}

/** Domain of what the escrow's parties sign. */
export interface Domain {
  name: string
  version: string
  chainId: bigint
  verifyingContract: string
  salt?: string
}

export type Chain = Awaited<ReturnType<typeof newChain>>

async function errorInterface(): Promise<Interface> {
  const names = ['IntentEscrow', 'Ledger', 'StakeVault', 'IdentityRegistry', 'TestDollar', 'Batch']
  const fragments: JsonFragment[] = []
  for (const name of names) {
    const { abi } = await artifacts.readArtifact(name)
    fragments.push(...(abi as JsonFragment[]).filter(({ type }) => type === 'error'))
  }
  return new Interface(fragments)
}

/** Accounts that the test network knows, with their keys. */
function newActors(addresses: readonly string[]): Actor[] {
  const root = HDNodeWallet.fromPhrase(MNEMONIC, undefined, "m/44'/60'/0'/0")
  return addresses.map((address) => {
    const key = Array.from({ length: 20 }, (_, index) => root.deriveChild(index)).find(
      (child) => child.address === address,
    )
    if (key === undefined) throw new Error(`no key for ${address}`)
    return { address, sign: (digest) => key.signingKey.sign(digest).serialized }
  })
}

/** A deployment whose actors are rich and have approved ledger and vault. */
export async function newChain() {
  const d = await deploy()
  const actors = newActors([d.buyer, d.seller, d.owner, d.payout, d.stranger].map(({ address }) => address))
  const reader = await ethers.deployContract('StateReader', [d.escrow, d.token])
  const { chainId } = await ethers.provider.getNetwork()
  const domainOf = (name: string, verifyingContract: string): Domain => ({
    name,
    version: '1',
    chainId,
    verifyingContract,
  })
  for (const signer of [d.buyer, d.seller, d.owner, d.payout, d.stranger]) {
    await d.token.mint(signer, WEALTH)
    await d.token.connect(signer).approve(d.ledger, ethers.MaxUint256)
    await d.token.connect(signer).approve(d.vault, ethers.MaxUint256)
  }
  const interfaces: Record<'escrow' | 'ledger' | 'vault' | 'registry' | 'arbitrator' | 'reader', Interface> =
    {
      escrow: d.escrow.interface,
      ledger: d.ledger.interface,
      vault: d.vault.interface,
      registry: d.registry.interface,
      arbitrator: d.arbitrator.interface,
      reader: reader.interface,
    }
  return {
    addresses: {
      ...d.addresses,
      module: d.module.address,
      feeRecipient: d.feeRecipient.address,
      reader: await reader.getAddress(),
    },
    actors,
    wealth: WEALTH,
    feeBps: FEE_BPS,
    errors: await errorInterface(),
    interfaces,
    domains: {
      escrow: { ...domainOf('MESH', d.addresses.escrow), salt: SALT },
      registry: domainOf('ERC8004IdentityRegistry', d.addresses.registry),
      token: domainOf('Test Dollar', d.addresses.token),
    },
    now: BigInt(await time.latest()),
  }
}

/** What became of a transaction. */
export interface Outcome {
  /** The error that it met, undefined when it took effect. */
  error?: string
  hash?: string
}

/** Sends a transaction in a block of its own at the given second. */
export async function send(
  chain: Chain,
  call: { from: string; to: string; data: string },
  now: bigint,
): Promise<Outcome> {
  await ethers.provider.send('evm_setNextBlockTimestamp', [`0x${now.toString(16)}`])
  try {
    return { hash: await ethers.provider.send('eth_sendTransaction', [{ ...call, gas: GAS }]) }
  } catch (error) {
    return { error: errorName(chain, error) }
  }
}

/** The selectors of the errors for which a batch skipped calls, by the index of the call. */
export async function skipped(chain: Chain, hash: string): Promise<Map<number, string>> {
  const receipt: { logs: { topics: string[]; data: string }[] } = await ethers.provider.send(
    'eth_getTransactionReceipt',
    [hash],
  )
  const event = chain.interfaces.escrow.getEvent('Skipped')
  const found = receipt.logs.filter(({ topics }) => topics[0] === event?.topicHash)
  return new Map(
    found.map(({ topics, data }) => [Number(topics[1]), nameOf(chain, data.slice(0, 10))] as const),
  )
}

function errorName(chain: Chain, error: unknown): string {
  const data = error instanceof Error && 'data' in error ? error.data : undefined
  const bytes = typeof data === 'string' ? data : (data as { data?: string } | undefined)?.data
  if (bytes === undefined) throw error
  return nameOf(chain, bytes.slice(0, 10))
}

function nameOf(chain: Chain, selector: string): string {
  if (selector === '0x' || selector === '0x00000000') return '(no data)'
  if (selector === '0x08c379a0') return 'Error'
  if (selector === '0x4e487b71') return 'Panic'
  return chain.errors.getError(selector)?.name ?? selector
}

/** What the contracts say now, word for word. */
export async function readWords(chain: Chain, question: readonly unknown[]): Promise<bigint[]> {
  const { reader } = chain.interfaces
  const data = reader.encodeFunctionData('read', question)
  const answer: string = await ethers.provider.send('eth_call', [
    { to: chain.addresses.reader, data },
    'latest',
  ])
  const words = answer.slice(2 + 2 * 64).match(/.{64}/g) ?? []
  return words.map((word) => BigInt(`0x${word}`))
}

/** The digest that both parties sign, and the id of the agreement; computed without the contract. */
export function idOf(chain: Chain, { agreement, conditions }: Omit<Deal, 'id'>): string {
  return ethers.TypedDataEncoder.hash(chain.domains.escrow, agreementTypes, { ...agreement, conditions })
}

/** An EIP-3009 authorisation of the buyer for the ledger, or a permit that is worth nothing. */
export function encodeFunding(kind: 'Permit' | 'Authorization', signature: string): string {
  const types = ['uint8', 'uint128', 'uint64', 'bytes']
  return ethers.solidityPacked(types, [kind === 'Permit' ? 0 : 1, 0, MAX_SECOND, signature])
}
