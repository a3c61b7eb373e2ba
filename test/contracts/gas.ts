/** What whole transactions cost, measured by their receipts. */
import type { ContractTransactionResponse } from 'ethers'

/** One measurement: what was done, with which accounts, tags and encoding, and the gas of it. */
export interface GasRow {
  row: string
  gas: bigint
  note: string
}

/** The gas of transactions, each mined by itself: base cost and calldata included. */
export async function gasOf(...sent: Promise<ContractTransactionResponse>[]): Promise<bigint> {
  let sum = 0n
  for (const transaction of sent) {
    const receipt = await (await transaction).wait()
    if (receipt === null) throw new Error('a transaction was not mined')
    sum += receipt.gasUsed
  }
  return sum
}
