import { zeroHash } from 'viem'
import type { HDAccount } from 'viem/accounts'
import { reputationRegistryAbi, validationRegistryAbi } from '../../../protocol/abis/index.ts'
import { packAgreement } from '../../../protocol/packed-agreement.ts'
import type { Agreement, Hex } from '../../../protocol/types.ts'
import type { Market } from './market.ts'

/** What is said besides. */
const TEXTS = ['quality', 'energy.supply', 'https://agents.example/api', 'ipfs://feedback', zeroHash]

/** A client rates an agreement that has ended, from 0 to 100. */
export async function rate(
  market: Market,
  client: HDAccount,
  agreement: Agreement,
  value: bigint,
): Promise<void> {
  const { reputationRegistry } = market.deployment.contracts
  const args = [packAgreement(agreement), value, 0, ...TEXTS]
  await market.send(client, reputationRegistry, reputationRegistryAbi, 'giveSettledFeedback', args)
}

/** A client says something about an agent, with nothing behind it. */
export async function remark(
  market: Market,
  client: HDAccount,
  agentId: bigint,
  { value = 100n, tag1 = 'quality' }: { value?: bigint; tag1?: string } = {},
): Promise<void> {
  const { reputationRegistry } = market.deployment.contracts
  const args = [agentId, value, 1, tag1, ...TEXTS.slice(1)]
  await market.send(client, reputationRegistry, reputationRegistryAbi, 'giveFeedback', args)
}

/** A client takes back what it said. */
export async function takeBack(
  market: Market,
  client: HDAccount,
  agentId: bigint,
  index: bigint,
): Promise<void> {
  const { reputationRegistry } = market.deployment.contracts
  await market.send(client, reputationRegistry, reputationRegistryAbi, 'revokeFeedback', [agentId, index])
}

/** Somebody answers feedback. */
export async function answer(
  market: Market,
  who: HDAccount,
  { agentId, client, index }: { agentId: bigint; client: Hex; index: bigint },
): Promise<void> {
  const { reputationRegistry } = market.deployment.contracts
  const args = [agentId, client, index, 'ipfs://answer', zeroHash]
  await market.send(who, reputationRegistry, reputationRegistryAbi, 'appendResponse', args)
}

/** An agent's owner asks a validator. */
export async function askValidator(
  market: Market,
  owner: HDAccount,
  validator: HDAccount,
  agentId: bigint,
  requestHash: Hex,
): Promise<void> {
  const { validationRegistry } = market.deployment.contracts
  const args = [validator.address, agentId, 'ipfs://request', requestHash]
  await market.send(owner, validationRegistry as Hex, validationRegistryAbi, 'validationRequest', args)
}

/** The validator answers, from 0 to 100. */
export async function validate(
  market: Market,
  validator: HDAccount,
  requestHash: Hex,
  response: number,
): Promise<void> {
  const { validationRegistry } = market.deployment.contracts
  const args = [requestHash, response, 'ipfs://response', zeroHash, 'kyc']
  await market.send(validator, validationRegistry as Hex, validationRegistryAbi, 'validationResponse', args)
}
