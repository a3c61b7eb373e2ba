import { createTestClient, custom, type PublicClient } from 'viem'
import type { Address } from '../../protocol/types.ts'

/** Writes an account's balance into a development chain, which any of them allows. @param value wei */
export async function setBalance(client: PublicClient, address: Address, value: bigint): Promise<void> {
  // anvil knows the methods of Hardhat by Hardhat's names.
  await createTestClient({ mode: 'hardhat', transport: custom(client) }).setBalance({ address, value })
}
