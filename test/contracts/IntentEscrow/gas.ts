/** What agreements cost. Every account has been used before, so no balance or nonce starts from zero. */
import {
  authorization,
  type Deal,
  EVIDENCE,
  hashConditions,
  market,
  newDeal,
  open,
  PAYMENT,
  pack,
  sign,
} from '../agreement.ts'
import { type Deployment, DOLLAR, ethers, loadFixture, prefund, type Signer } from '../base.ts'
import { type GasRow, gasOf } from '../gas.ts'

const TRADES = 50
const TRADERS = 16
const NO_CONDITIONS = {
  arbitrator: ethers.ZeroAddress,
  meter: ethers.ZeroAddress,
  start: 0,
  end: 0,
  lateFrom: 0,
  lateBps: 0,
  window: 0,
  splitBps: 0,
  retail: 0,
}

/** Opens by a stranger with both signatures and stake, settles by the buyer; the second agreement is measured. */
async function openAndSettle(fund: (d: Deployment, deal: Deal) => Promise<string>): Promise<bigint> {
  const d = await loadFixture(market)
  await prefund(d, d.payout, DOLLAR)
  await d.token.mint(d.buyer, DOLLAR)
  let gas = 0n
  for (const nonce of [1n, 2n]) {
    const deal = await newDeal(d, { nonce })
    gas = await gasOf(open(d, deal, await fund(d, deal)))
    gas += await gasOf(d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, true, EVIDENCE, '0x'))
  }
  return gas
}

/** The i-th of the trades among accounts, each of which buys and sells. */
async function spot(d: Deployment, traders: Signer[], i: number, nonce: bigint): Promise<string> {
  const buyer = traders[i % TRADERS] as Signer
  const seller = traders[(i + 1 + (i >> 4)) % TRADERS] as Signer
  const deal = await newDeal(d, {
    buyer: buyer.address,
    payer: buyer.address,
    seller: seller.address,
    payout: seller.address,
    staker: ethers.ZeroAddress,
    agentId: 0n,
    sellerEpoch: 0n,
    exposure: 0n,
    penaltyBps: 0n,
    deadline: 0n,
    nonce,
    conditions: hashConditions(NO_CONDITIONS),
  })
  const signed = { agreement: deal.agreement, conditions: NO_CONDITIONS }
  return d.escrow.interface.encodeFunctionData('trade', [
    pack(deal.agreement),
    await sign(d, buyer, signed),
    await sign(d, seller, signed),
  ])
}

async function batchOfTrades(): Promise<bigint> {
  const d = await loadFixture(market)
  const others = [d.module.address, d.stranger.address]
  const accounts = (await ethers.getSigners()).filter(({ address }) => !others.includes(address))
  const traders = accounts.slice(0, TRADERS)
  for (const trader of traders) await prefund(d, trader, DOLLAR)
  let gas = 0n
  for (const round of [0n, 1n]) {
    const calls: string[] = []
    for (let i = 0; i < TRADES; ++i) calls.push(await spot(d, traders, i, round * 100n + BigInt(i)))
    gas = await gasOf(d.escrow.connect(d.stranger).batch(calls, { gasLimit: 15_000_000 }))
  }
  return gas / BigInt(TRADES)
}

export async function escrowRows(): Promise<GasRow[]> {
  const signed = 'two ECDSA signatures, stake locked and freed, packed agreement, buyer settles'
  return [
    {
      row: 'open + settle, prefunded',
      gas: await openAndSettle(async () => '0x'),
      note: signed,
    },
    {
      row: 'open + settle, EIP-3009',
      gas: await openAndSettle((d, deal) => authorization(d, deal.id, PAYMENT)),
      note: `${signed}; the token is OpenZeppelin's`,
    },
    {
      row: 'trade, each of 50 in a batch',
      gas: await batchOfTrades(),
      note: '16 accounts that buy and sell, no agents; two ECDSA signatures each, packed agreement',
    },
  ]
}
