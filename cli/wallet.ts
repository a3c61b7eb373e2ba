import { type GasStation, openGasStation } from '../community/gas-money.ts'
import { openBank } from '../fleet/bank.ts'
import { LOCAL_CHAIN_ID, parseDeployment } from '../protocol/deployment.ts'
import type { Address } from '../protocol/types.ts'
import type { Json } from './api/client.ts'

/**
 * Has an address own so many test dollars on a development chain, where they are worth nothing and everybody has some. On any
 * other it does nothing.
 *
 * @param network as `/v1/network` shows it
 * @param amount minor units
 * @returns what gives gas money there; undefined where nobody does
 * @throws ChainError `FUNDING_FAILED`
 */
export async function fillWallet(
  address: Address,
  { deployment, rpcUrl }: Json,
  amount: bigint,
): Promise<GasStation | undefined> {
  const { chainId, contracts } = parseDeployment(deployment)
  if (chainId !== LOCAL_CHAIN_ID || typeof rpcUrl !== 'string') return undefined
  const giveGasMoney = await openGasStation(rpcUrl)
  const give = await openBank(rpcUrl, contracts.testDollar, giveGasMoney)
  await give(address, amount)
  return giveGasMoney
}
