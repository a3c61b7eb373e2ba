import type { PublicClient } from 'viem'
import { iArbitratorAbi } from '../../../protocol/abis/index.ts'
import type { Address, Hex } from '../../../protocol/types.ts'

/** How far a case has come, in the order of `IArbitrator.Ruling`. */
const RULINGS = ['none', 'pending', 'ruled', 'silent'] as const
export type Ruling = (typeof RULINGS)[number]

/** Reads how far an arbitrator has come with a case of an arbitrable. */
export async function rulingOf(
  client: PublicClient,
  arbitrator: Address,
  arbitrable: Address,
  id: Hex,
): Promise<Ruling> {
  const [ruling] = await client.readContract({
    address: arbitrator,
    abi: iArbitratorAbi,
    functionName: 'rulingOf',
    args: [arbitrable, id],
  })
  return RULINGS[ruling] ?? 'none'
}
