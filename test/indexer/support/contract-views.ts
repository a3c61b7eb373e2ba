import { expect } from 'chai'
import { type PublicClient, zeroAddress, zeroHash } from 'viem'
import * as house from '../../../agent/chain/actions/clearing-house.ts'
import type { Store } from '../../../indexer/store/store.ts'
import {
  identityRegistryAbi,
  learningRegistryAbi,
  ledgerAbi,
  reputationRegistryAbi,
  stakeVaultAbi,
  validationRegistryAbi,
} from '../../../protocol/abis/index.ts'
import { clearingHouseOf } from '../../../protocol/deployment.ts'
import type { Address } from '../../../protocol/types.ts'
import type { Market } from './market.ts'

/**
 * That every row is what the contracts answer when they are asked, at the block that the index is at.
 *
 * @returns how many rows of each table were compared
 */
export async function expectLikeContracts(store: Store, market: Market): Promise<Record<string, number>> {
  const rows = await store.transaction(async (tx) => ({
    agents: await tx.selectFrom('agents').selectAll().execute(),
    stakes: await tx.selectFrom('stakes').selectAll().execute(),
    accounts: await tx.selectFrom('accounts').selectAll().execute(),
    feedback: await tx.selectFrom('feedback').selectAll().execute(),
    validations: await tx.selectFrom('validations').selectAll().execute(),
    members: await tx.selectFrom('energyMembers').selectAll().execute(),
    markets: await tx.selectFrom('energyMarkets').selectAll().execute(),
    slots: await tx.selectFrom('energySlots').selectAll().execute(),
    orders: await tx.selectFrom('energyOrders').selectAll().execute(),
  }))
  const client = market.client as PublicClient
  const { contracts } = market.deployment
  const at = clearingHouseOf(market.deployment)

  const registry = { address: contracts.identityRegistry, abi: identityRegistryAbi } as const
  const reputation = { address: contracts.reputationRegistry, abi: reputationRegistryAbi } as const
  for (const row of rows.agents) {
    const args = [row.agentId] as const
    const wallet = await client.readContract({ ...registry, functionName: 'getAgentWallet', args })
    const [score, counted] = await client.readContract({ ...reputation, functionName: 'scoreOf', args })
    expect({ ...row, wallet: row.wallet ?? zeroAddress }).to.include({
      owner: await client.readContract({ ...registry, functionName: 'ownerOf', args }),
      ...{ wallet, score, counted: Number(counted) },
    })
    const all = [row.agentId, [], '', '', false] as const
    const [clients] = await client.readContract({ ...reputation, functionName: 'readAllFeedback', args: all })
    expect(row.feedbacks).to.equal(clients.length)
  }
  for (const { agentId, depositor, module, ...row } of rows.stakes) {
    const args = [agentId, depositor, module] as const
    const vault = { address: contracts.treasury, abi: stakeVaultAbi, args } as const
    const [staked, locked, queued, availableAt] = await client.readContract({
      ...vault,
      functionName: 'positionOf',
    })
    expect(row).to.deep.equal({ staked, locked, queued, availableAt })
  }
  for (const { token, account, deposited, withdrawn, spent, earned } of rows.accounts) {
    const ledger = { address: contracts.treasury, abi: ledgerAbi, args: [token, account] } as const
    const balance = await client.readContract({ ...ledger, functionName: 'balanceOf' })
    expect(deposited - withdrawn - spent + earned, account).to.equal(balance)
  }
  for (const row of rows.feedback) {
    const args = [row.agentId, row.client, row.index] as const
    const [value, decimals, tag1, tag2, revoked] = await client.readContract({
      ...{ ...reputation, functionName: 'readFeedback', args },
    })
    expect(row).to.include({ value, decimals, tag1, tag2, revoked })
    const [owner, weight, rating] = await client.readContract({
      ...{ ...reputation, functionName: 'settlementOf', args },
    })
    const behind = { owner: row.owner ?? zeroAddress, weight: row.weight ?? 0n, rating: row.rating ?? 0 }
    expect(behind).to.deep.equal({ owner, weight: BigInt(weight), rating })
    const responses = await client.readContract({
      ...{ ...reputation, functionName: 'getResponseCount', args: [...args, []] },
    })
    expect(row.responses).to.equal(Number(responses))
  }
  for (const row of rows.validations) {
    const [validator, agentId, response, responseHash, tag] = await client.readContract({
      address: contracts.validationRegistry as Address,
      abi: validationRegistryAbi,
      functionName: 'getValidationStatus',
      args: [row.requestHash],
    })
    const said = { response: row.response ?? 0, tag: row.tag ?? '' }
    expect({ ...row, ...said }).to.include({ validator, agentId, response, tag })
    if (row.responseHash !== null) expect(row.responseHash).to.equal(responseHash)
  }
  for (const { market: id, account, admitted, tariff, meter } of rows.members) {
    const member = await house.membershipOf(client, at, id, account)
    expect({ admitted, tariff, meter: meter ?? zeroAddress }).to.deep.equal(member)
  }
  for (const row of rows.markets) {
    const rules = await house.rulesOf(client, at, row.market)
    const { slotLength, gateLead, readingWindow } = row
    const lengths = { slotLength, gateLead, readingWindow }
    const inBigints = Object.entries(lengths).map(([name, value]) => [name, BigInt(value)])
    expect({ ...row, ...Object.fromEntries(inBigints) }).to.deep.include(rules ?? {})
    const own = rows.members.filter(({ market: id, admitted }) => id === row.market && admitted)
    expect(row.members).to.equal(own.length)
  }
  for (const { market: id, slot, orders, clearedAt, price, root } of rows.slots) {
    const record = await house.slotOf(client, at, id, slot)
    expect([orders, clearedAt !== null, price ?? 0n]).to.deep.equal([
      record.count,
      record.cleared,
      record.price,
    ])
    if (root !== null) expect(root).to.equal(record.commitment)
  }
  for (const { market: id, slot, account, place, settledAt } of rows.orders) {
    expect(await house.hasOrdered(client, at, id, slot, account)).to.equal(true)
    expect(await house.isSettled(client, at, id, slot, place)).to.equal(settledAt !== null)
  }
  return Object.fromEntries(Object.entries(rows).map(([table, { length }]) => [table, length]))
}

/** The same of rounds of learning. */
export async function expectRoundsLikeContracts(store: Store, market: Market): Promise<number> {
  const rows = await store.transaction(async (tx) => ({
    rounds: await tx.selectFrom('rounds').selectAll().execute(),
    updates: await tx.selectFrom('updates').selectAll().execute(),
    results: await tx.selectFrom('results').selectAll().execute(),
  }))
  const registry = {
    address: market.deployment.contracts.learningRegistry as Address,
    abi: learningRegistryAbi,
  } as const
  const { client } = market
  for (const { id, status, participants, updates, pool, resultRoot } of rows.rounds) {
    const round = await client.readContract({ ...registry, functionName: 'roundOf', args: [id] })
    const revealed = round.updates.toString(2).replaceAll('0', '').length
    const number = { open: 1, cancelled: 2, settled: 3 }[status]
    expect([number, participants, updates]).to.deep.equal([round.status, round.participants, revealed])
    if (status === 'settled') expect([resultRoot ?? zeroHash, pool]).to.deep.equal([round.result, round.pool])
  }
  for (const { id, place, status, agentId, owner, participant, commitment, updateRoot } of rows.updates) {
    const args = [id, BigInt(place)] as const
    const chain = await client.readContract({ ...registry, functionName: 'participantOf', args })
    const root = updateRoot ?? commitment
    const number = { committed: 1, revealed: 2, slashed: 3 }[status]
    expect({ agentId, owner, sender: participant, root, status: number }).to.deep.equal(chain)
  }
  for (const { id, resultRoot, agentId, refuted } of rows.results) {
    const args = [id, resultRoot] as const
    const chain = await client.readContract({ ...registry, functionName: 'proposalOf', args })
    expect([agentId, refuted]).to.deep.equal([chain.agentId, chain.status === 2])
  }
  return rows.rounds.length
}
