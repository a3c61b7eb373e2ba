import { expect } from 'chai'
import { encodeFunctionData, numberToHex, zeroAddress, zeroHash } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { intentEscrowAbi } from '../../../protocol/abis/index.ts'
import { type Deployment, escrowDomain } from '../../../protocol/deployment.ts'
import { hashAgreement } from '../../../protocol/eip712.ts'
import { packAgreement } from '../../../protocol/packed-agreement.ts'
import type { Address, Agreement, Hex } from '../../../protocol/types.ts'
import type { AgreementView } from '../../../web/api/views.ts'
import { verdictOf } from '../../../web/views/agreement/checks.ts'
import { openingsIn } from '../../../web/views/agreement/openings.ts'
import { type ChainReader, verifyAgreement } from '../../../web/views/agreement/verify.ts'

const ESCROW: Address = '0xCf7Ed3AccA5a467e9e704C703E8D87F634fB0Fc9'
const deployment = {
  chainId: 31337,
  salt: numberToHex(7, { size: 32 }),
  contracts: { intentEscrow: ESCROW },
} as Deployment
const buyer = privateKeyToAccount(numberToHex(1, { size: 32 }))
const seller = privateKeyToAccount(numberToHex(2, { size: 32 }))
const stranger = privateKeyToAccount(numberToHex(3, { size: 32 }))

function terms(more: Partial<Agreement> = {}): Agreement {
  return {
    ...{ buyer: buyer.address, payer: buyer.address, seller: seller.address, payout: seller.address },
    ...{ token: ESCROW, staker: zeroAddress, agentId: 0n, exposure: 0n, quantity: 250n, price: 190_000n },
    ...{ lot: 1000n, feeBps: 25n, penaltyBps: 0n, relayFee: 0n, buyerEpoch: 0n, sellerEpoch: 0n },
    ...{
      expiry: 1n,
      deadline: 2n,
      intentHash: zeroHash,
      termsHash: zeroHash,
      nonce: 1n,
      conditions: zeroHash,
    },
    ...more,
  }
}
const idOf = (agreement: Agreement) => hashAgreement(escrowDomain(deployment), agreement)

/** The call that opens it. @param by whose keys sign, by default the parties' */
async function opening(agreement: Agreement, by = { buyer, seller }): Promise<Hex> {
  const hash = idOf(agreement)
  const signed = [await by.buyer.sign({ hash }), await by.seller.sign({ hash })] as const
  const words = packAgreement(agreement)
  return agreement.deadline === 0n
    ? encodeFunctionData({ abi: intentEscrowAbi, functionName: 'trade', args: [words, ...signed] })
    : encodeFunctionData({ abi: intentEscrowAbi, functionName: 'open', args: [words, ...signed, '0x'] })
}
const batch = (...calls: Hex[]) =>
  encodeFunctionData({ abi: intentEscrowAbi, functionName: 'batch', args: [calls] })

/** What the index shows of it. */
function shown(agreement: Agreement, more: Partial<AgreementView> = {}): AgreementView {
  const { price, lot, quantity } = agreement
  return {
    ...agreement,
    ...{ id: idOf(agreement), openedTx: zeroHash, endedTx: null },
    ...{ price: String(price), lot: String(lot), quantity: String(quantity) },
    ...more,
  } as unknown as AgreementView
}

/** A chain with one transaction to the escrow. */
function chain(input: Hex, agreement: Agreement, more: Partial<ChainReader> = {}, to = ESCROW): ChainReader {
  const logs = [{ address: ESCROW, topics: [zeroHash, idOf(agreement)] as Hex[] }]
  return {
    transaction: () => Promise.resolve({ to, input, logs }),
    contractConfirms: () => Promise.resolve(undefined),
    ...more,
  }
}

async function outcomes(view: AgreementView, reader: ChainReader): Promise<Record<string, string>> {
  const checks = await verifyAgreement(view, deployment, reader)
  const named = Object.fromEntries(checks.map(({ name, outcome }) => [name, outcome]))
  return { verdict: verdictOf(checks), ...named }
}
const BUYER = 'Buyer’s signature'
const SELLER = 'Seller’s signature'

describe('the verification of an agreement', () => {
  it('holds of one that both signed, opened directly, traded at once, or within batches', async () => {
    const [first, other, spot] = [terms(), terms({ nonce: 2n }), terms({ deadline: 0n })]
    const calls = await Promise.all([first, other, spot].map((agreement) => opening(agreement)))
    const [a, b, c] = calls as [Hex, Hex, Hex]
    for (const input of [a, batch(b, a), batch(b, batch(c, a))]) {
      expect(new Set(Object.values(await outcomes(shown(first), chain(input, first))))).to.deep.equal(
        new Set(['ok']),
      )
    }
    const traded = shown(spot, { openedTx: null, endedTx: zeroHash, price: null, lot: null })
    expect((await outcomes(traded, chain(c, spot))).verdict).to.equal('ok')
  })

  it('fails where the transaction carries other terms', async () => {
    const agreement = terms()
    const forged = await opening(terms({ price: 1n }))
    expect(await outcomes(shown(agreement), chain(forged, agreement))).to.include({
      ...{ verdict: 'failed', Terms: 'failed', [BUYER]: 'failed', [SELLER]: 'failed' },
    })
    expect((await outcomes(shown(agreement), chain('0x12345678', agreement))).Terms).to.equal('failed')
  })

  it('fails where somebody else signed, and says for whom', async () => {
    const agreement = terms()
    const input = await opening(agreement, { buyer, seller: stranger })
    expect(await outcomes(shown(agreement), chain(input, agreement))).to.include({
      ...{ verdict: 'failed', Terms: 'ok', [BUYER]: 'ok', [SELLER]: 'failed' },
    })
  })

  it('fails where the index shows other than what was signed', async () => {
    const agreement = terms()
    const view = shown(agreement, { price: '190001' })
    expect(await outcomes(view, chain(await opening(agreement), agreement))).to.include({
      ...{ verdict: 'failed', [SELLER]: 'ok', 'What this page shows': 'failed' },
    })
  })

  it('fails where the escrow logged nothing of it', async () => {
    const agreement = terms()
    const reader = chain(await opening(agreement), terms({ nonce: 9n }))
    expect(await outcomes(shown(agreement), reader)).to.include({
      ...{ verdict: 'failed', [BUYER]: 'ok', 'Accepted by the chain': 'failed' },
    })
  })

  it('asks a contract whether it signed, and does not judge what it says by now', async () => {
    const agreement = terms()
    const input = await opening(agreement, { buyer, seller: stranger })
    const answers = { ok: true, unknown: false } as const
    for (const [outcome, answer] of Object.entries(answers)) {
      const asked: unknown[] = []
      const contractConfirms = (...question: unknown[]) => {
        asked.push(question.slice(0, 2))
        return Promise.resolve(answer)
      }
      const found = await outcomes(shown(agreement), chain(input, agreement, { contractConfirms }))
      expect(found).to.include({ verdict: outcome, [SELLER]: outcome })
      expect(asked).to.deep.equal([[seller.address, idOf(agreement)]])
    }
  })

  it('is not known where there is nothing to ask, nobody answers, or another contract was between', async () => {
    const agreement = terms()
    const input = await opening(agreement)
    const unasked = shown(agreement, { openedTx: null })
    expect(await outcomes(unasked, chain(input, agreement))).to.deep.equal({
      ...{ verdict: 'unknown', 'Opening transaction': 'unknown' },
    })
    const silent = { transaction: () => Promise.reject(new Error('no route')) }
    expect((await outcomes(shown(agreement), chain(input, agreement, silent))).verdict).to.equal('unknown')
    const empty = { transaction: () => Promise.resolve(undefined) }
    expect((await outcomes(shown(agreement), chain(input, agreement, empty))).verdict).to.equal('unknown')
    const between = chain(input, agreement, {}, stranger.address as typeof ESCROW)
    expect((await outcomes(shown(agreement), between)).verdict).to.equal('unknown')
  })
})

describe('the openings in calldata', () => {
  it('end at a depth, so that nobody can keep a browser busy', async () => {
    const call = await opening(terms())
    const wrap = (times: number): Hex => (times === 0 ? call : batch(wrap(times - 1)))
    expect([0, 1, 3, 4].map((times) => openingsIn(wrap(times)).length)).to.deep.equal([1, 1, 1, 0])
  })
})
