/** One energy market with members that have money. */
import { getCreateAddress, Wallet } from 'ethers'
import { DOLLAR, ethers, networkHelpers, SALT, time } from '../base.ts'
import {
  type Domain,
  domainOf,
  type Key,
  type Order,
  packAll,
  packSignatures,
  type Step,
  signOrder,
} from './orders.ts'

export const SLOT_LENGTH = 900
export const GATE_LEAD = 300
export const READING_WINDOW = 3600
export const RETAIL = 300_000n
export const EXCESS = 80_000n
export const CAPACITY = 10_000n
export const balancingTypes = { Balancing: [{ name: 'market', type: 'bytes32' }] }

/** The same key for the same name. */
export const keyOf = (name: string) => new Wallet(ethers.id(name), ethers.provider)

/** Ledger, clearing house, and a market in which nobody is a member yet. */
export async function deployClearing() {
  const [deployer, admin, attester, balancing, feeAccount, stranger] = await ethers.getSigners()
  if (!deployer || !admin || !attester || !balancing || !feeAccount || !stranger) {
    throw new Error('the test network has too few accounts')
  }
  const token = await ethers.deployContract('TestDollar')
  const nonce = await deployer.getNonce()
  const address = getCreateAddress({ from: deployer.address, nonce: nonce + 1 })
  const ledger = await ethers.deployContract('Ledger', [[address], deployer])
  const house = await ethers.deployContract('ClearingHouse', [ledger, SALT])
  const rules = {
    admin: admin.address,
    token: await token.getAddress(),
    attester: attester.address,
    balancing: balancing.address,
    feeAccount: feeAccount.address,
    slotLength: BigInt(SLOT_LENGTH),
    gateLead: BigInt(GATE_LEAD),
    readingWindow: BigInt(READING_WINDOW),
    minPrice: -500_000n,
    maxPrice: 1_000_000n,
    retailPrice: RETAIL,
    excessPrice: EXCESS,
    capacity: CAPACITY,
  }
  const market = await house.marketIdOf(rules)
  await house.connect(balancing).createMarket(rules, '0x')
  const domain = await domainOf(house)
  return {
    token,
    ledger,
    house,
    rules,
    market,
    domain,
    deployer,
    admin,
    attester,
    balancing,
    feeAccount,
    stranger,
  }
}

export type Clearing = Awaited<ReturnType<typeof deployClearing>>

/** Deposits for an account. */
export async function deposit(d: Clearing, account: string, amount: bigint): Promise<void> {
  await d.token.mint(d.deployer, amount)
  await d.token.approve(d.ledger, amount)
  await d.ledger.deposit(d.token, account, amount)
}

/** Admits accounts without a tariff. */
export async function admit(d: Clearing, accounts: readonly string[], tariff = 0n): Promise<void> {
  await d.house.connect(d.admin).admit(
    d.market,
    [...accounts],
    accounts.map(() => tariff),
  )
}

/** A market of four members, ten dollars each, with meters; the balancing account has ten dollars as well. */
export async function openMarket() {
  const d = await deployClearing()
  const members = ['ada', 'ben', 'cem', 'dua'].map(keyOf)
  const [ada, ben, cem, dua] = members
  if (!ada || !ben || !cem || !dua) throw new Error('four members')
  const accounts = members.map(({ address }) => address)
  const meters = members.map(({ address }) => keyOf(`meter of ${address}`))
  await admit(d, accounts)
  for (const account of [...accounts, d.balancing.address]) await deposit(d, account, 10n * DOLLAR)
  await d.house.connect(d.attester).registerMeters(
    d.market,
    accounts,
    meters.map(({ address }) => address),
  )
  const slot = await nextSlot()
  return {
    ...d,
    ada,
    ben,
    cem,
    dua,
    members,
    slot,
    meterOf: (account: string) => keyOf(`meter of ${account}`),
  }
}

export type OpenMarket = Awaited<ReturnType<typeof openMarket>>

/** A slot whose gate is open for a while. */
export async function nextSlot(): Promise<bigint> {
  return BigInt(Math.floor((await time.latest()) / SLOT_LENGTH) + 4)
}

export const gateOf = (slot: bigint) => Number(slot) * SLOT_LENGTH - GATE_LEAD
export const endOf = (slot: bigint) => (Number(slot) + 1) * SLOT_LENGTH

/** The next block, if it comes at once, is the first after the slot's gate. */
export const closeGate = (slot: bigint) => time.setNextBlockTimestamp(gateOf(slot))
/** The same for the slot's end. */
export const endSlot = (slot: bigint) => time.setNextBlockTimestamp(endOf(slot))
/** The same for the first second in which no reading counts. */
export const closeReadings = (slot: bigint) => time.setNextBlockTimestamp(endOf(slot) + READING_WINDOW + 1)

export const order = (key: { address: string }, side: number, ...steps: Step[]): Order => ({
  account: key.address,
  side,
  tariff: 0n,
  steps,
})

/** Signs orders, each with the key of its account. */
export function signAll(
  d: { domain: Domain; market: string },
  slot: bigint,
  orders: readonly Order[],
  keys: readonly Key[],
): Promise<string[]> {
  const byAddress = new Map(
    keys.map((key) => [typeof key === 'object' && 'address' in key ? key.address : '', key]),
  )
  return Promise.all(
    orders.map((each) => {
      const key = byAddress.get(each.account)
      if (key === undefined) throw new Error(`no key of ${each.account}`)
      return signOrder(key, d.domain, d.market, slot, each)
    }),
  )
}

/** Signs and submits orders of members. */
export async function submit(d: OpenMarket, orders: readonly Order[], slot = d.slot) {
  const signatures = await signAll(d, slot, orders, d.members)
  return d.house.submit(d.market, slot, packAll(orders), packSignatures(signatures))
}

/** Submits orders and clears them after the gate. */
export async function clear(d: OpenMarket, orders: readonly Order[], price: bigint) {
  await submit(d, orders)
  await closeGate(d.slot)
  return d.house.clear(d.market, d.slot, packAll(orders), price)
}

export const balanceOf = (d: Clearing, account: { address: string }) =>
  d.ledger.balanceOf(d.token, account.address)

export const takeSnapshot = networkHelpers.takeSnapshot
