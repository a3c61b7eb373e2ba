import { createWalletClient, encodeFunctionData, http, numberToHex } from 'viem'
import type { HDAccount } from 'viem/accounts'
import { intentEscrowAbi } from '../../protocol/abis/index.ts'
import { packAgreement } from '../../protocol/packed-agreement.ts'
import { signDigest } from '../../protocol/signature.ts'
import type { Agreement, Hex } from '../../protocol/types.ts'
import { startAnvil } from '../../test/indexer/support/anvil.ts'
import { Market } from '../../test/indexer/support/market.ts'

/** Each makes two logs of the escrow. */
const AGREEMENTS_PER_BATCH = 20
const GAS = 16_000_000n
/** Members that trade with each other in turn. */
const MEMBERS = 20

/** A market on a chain of its own, on which much has happened. */
export interface BusyMarket {
  market: Market
  members: HDAccount[]
  stop(): Promise<void>
}

/**
 * Has so many logs of agreements made, each of which is opened and settled; others are of members that joined.
 *
 * @param logs least number of logs
 */
export async function startBusyMarket(logs: number): Promise<BusyMarket> {
  const anvil = await startAnvil()
  const market = await Market.deploy(anvil.rpcUrl)
  const members: HDAccount[] = []
  for (let index = 1; index <= MEMBERS; index++) members.push(await market.join(index))
  const batches = Math.ceil(logs / 2 / AGREEMENTS_PER_BATCH)
  let nonce = 1_000_000n
  for (let batch = 0; batch < batches; batch++) {
    const buyer = members[batch % MEMBERS] as HDAccount
    const seller = members[(batch * 7 + 1) % MEMBERS] as HDAccount
    if (buyer === seller) throw new Error('a member trades with itself')
    const calls = await trades(market, buyer, seller, { count: AGREEMENTS_PER_BATCH, after: nonce })
    nonce += BigInt(AGREEMENTS_PER_BATCH)
    await sendBatch(market, buyer, calls)
  }
  return { market, members, stop: anvil.stop }
}

/**
 * Calls of the escrow's `batch` that open and settle agreements, signed by both.
 *
 * @param after the nonce, of any agreement, after which theirs begin
 */
export async function trades(
  market: Market,
  buyer: HDAccount,
  seller: HDAccount,
  { count, after }: { count: number; after: bigint },
): Promise<Hex[]> {
  const template = await market.draft(buyer, seller)
  return Array.from({ length: count }, (_, index) => {
    const nonce = after + BigInt(index + 1)
    const quantity = 100n + BigInt(index)
    return openAndSettle(market, buyer, seller, {
      ...template,
      ...{ nonce, quantity, intentHash: numberToHex(nonce, { size: 32 }) },
    })
  }).flat()
}

/** Signs transactions ahead of time, of the members in turn. @param callOf what the `index`th one calls */
export async function signInTurn(
  { market, members }: BusyMarket,
  count: number,
  callOf: (member: HDAccount, index: number) => Promise<{ to: Hex; data: Hex; gas: bigint }>,
): Promise<Hex[]> {
  const signed: Hex[] = []
  const nonces = await Promise.all(
    members.map(({ address }) => market.client.getTransactionCount({ address })),
  )
  const gasPrice = (await market.client.getGasPrice()) * 2n
  const chainId = await market.client.getChainId()
  for (let index = 0; index < count; index++) {
    const turn = index % members.length
    const member = members[turn]
    const nonce = nonces[turn]
    if (member === undefined || nonce === undefined) throw new Error('there are no members')
    nonces[turn] = nonce + 1
    const call = await callOf(member, index)
    signed.push(await member.signTransaction({ ...call, nonce, chainId, gasPrice, type: 'legacy' }))
  }
  return signed
}

/** Sends a transaction that was signed ahead of time. */
export async function sendSigned(rpcUrl: string, transaction: Hex): Promise<void> {
  await createWalletClient({ transport: http(rpcUrl) }).sendRawTransaction({
    serializedTransaction: transaction,
  })
}

function openAndSettle(market: Market, buyer: HDAccount, seller: HDAccount, agreement: Agreement): Hex[] {
  const id = market.idOf(agreement)
  const packed = packAgreement(agreement)
  const signatures = [signDigest(keyOf(buyer), id), signDigest(keyOf(seller), id)] as const
  const evidence = numberToHex(0, { size: 32 })
  return [
    encodeFunctionData({ abi: intentEscrowAbi, functionName: 'open', args: [packed, ...signatures, '0x'] }),
    encodeFunctionData({
      ...{ abi: intentEscrowAbi, functionName: 'settle' },
      args: [packed, agreement.quantity, true, evidence, '0x'],
    }),
  ]
}

async function sendBatch(market: Market, buyer: HDAccount, calls: Hex[]): Promise<void> {
  const wallet = createWalletClient({ account: buyer, transport: http(market.rpcUrl, { retryCount: 0 }) })
  const hash = await wallet.writeContract({
    ...{ abi: intentEscrowAbi, address: market.deployment.contracts.intentEscrow, functionName: 'batch' },
    ...{ args: [calls], gas: GAS, chain: null },
  })
  const { status, logs } = await market.receipt(hash)
  if (status !== 'success' || logs.length < calls.length) throw new Error('a batch was not taken')
}

function keyOf(account: HDAccount): Uint8Array {
  const { privateKey } = account.getHdKey()
  if (privateKey === null) throw new Error('the account has no key')
  return privateKey
}
