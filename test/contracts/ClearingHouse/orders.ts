/** Orders and readings as accounts and meters sign them, and as the clearing house takes them. */
import type { BaseWallet } from 'ethers'
import { ethers, type Signer } from '../base.ts'

export const BUY = 0
export const SELL = 1
export type Step = readonly [price: bigint, quantity: bigint]

/** Whoever can sign typed data. */
export type Key = Signer | BaseWallet

export interface Order {
  account: string
  side: number
  tariff: bigint
  steps: readonly Step[]
}

export const orderTypes = {
  Order: [
    { name: 'market', type: 'bytes32' },
    { name: 'slot', type: 'uint64' },
    { name: 'account', type: 'address' },
    { name: 'side', type: 'uint8' },
    { name: 'tariff', type: 'uint48' },
    { name: 'steps', type: 'Step[]' },
  ],
  Step: [
    { name: 'price', type: 'int64' },
    { name: 'quantity', type: 'uint64' },
  ],
}

const readingTypes = {
  Reading: [
    { name: 'market', type: 'bytes32' },
    { name: 'slot', type: 'uint64' },
    { name: 'account', type: 'address' },
    { name: 'imported', type: 'uint64' },
    { name: 'exported', type: 'uint64' },
  ],
}

/** The words of one order. */
export function pack({ account, side, tariff, steps }: Order): bigint[] {
  const head = (BigInt(account) << 96n) | (tariff << 16n) | (BigInt(side) << 8n) | BigInt(steps.length)
  const halves = steps.map(([price, quantity]) => (BigInt.asUintN(64, price) << 64n) | quantity)
  const words = [head]
  for (let i = 0; i < halves.length; i += 2) words.push(((halves[i] ?? 0n) << 128n) | (halves[i + 1] ?? 0n))
  return words
}

export function packAll(orders: readonly Order[]): bigint[] {
  return orders.flatMap(pack)
}

/** Signatures with their lengths, in one. */
export function packSignatures(signatures: readonly string[]): string {
  return ethers.concat(
    signatures.flatMap((signature) => [ethers.toBeHex(ethers.dataLength(signature), 2), signature]),
  )
}

/** The domain that a contract says it has. */
export async function domainOf(contract: {
  eip712Domain(): Promise<{
    name: string
    version: string
    chainId: bigint
    verifyingContract: string
    salt: string
  }>
}) {
  const { name, version, chainId, verifyingContract, salt } = await contract.eip712Domain()
  return { name, version, chainId, verifyingContract, salt }
}

export type Domain = Awaited<ReturnType<typeof domainOf>>

export function signOrder(
  key: Key,
  domain: Domain,
  market: string,
  slot: bigint,
  order: Order,
): Promise<string> {
  const steps = order.steps.map(([price, quantity]) => ({ price, quantity }))
  return key.signTypedData(domain, orderTypes, { market, slot, ...order, steps })
}

export interface Measured {
  account: string
  imported: bigint
  exported: bigint
}

export function signReading(key: Key, domain: Domain, market: string, slot: bigint, measured: Measured) {
  return key.signTypedData(domain, readingTypes, { market, slot, ...measured })
}

export interface Position {
  index: number
  account: string
  quantity: bigint
}

const leafOf = ({ index, account, quantity }: Position) =>
  ethers.keccak256(
    ethers.AbiCoder.defaultAbiCoder().encode(['uint256', 'address', 'int256'], [index, account, quantity]),
  )

/** A Merkle tree over positions, with sorted pairs; the last node of an odd row goes up as it is. */
export function treeOf(positions: readonly Position[]) {
  const rows = [positions.map(leafOf)]
  for (let row = rows[0] ?? []; row.length > 1; rows.push(row)) {
    row = Array.from({ length: Math.ceil(row.length / 2) }, (_, i) => {
      const [left = '', right] = row.slice(2 * i, 2 * i + 2)
      return right === undefined ? left : ethers.keccak256(ethers.concat([left, right].sort()))
    })
  }
  return {
    root: rows.at(-1)?.[0] ?? ethers.ZeroHash,
    claim(index: number) {
      const position = positions[index]
      if (position === undefined) throw new Error(`no position ${index}`)
      const siblings = rows.slice(0, -1).map((row, depth) => row[(index >> depth) ^ 1])
      return { position, proof: siblings.filter((node) => node !== undefined) }
    },
  }
}
