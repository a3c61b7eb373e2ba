import { LOCAL_CHAIN_ID } from '../../protocol/deployment.ts'
import type { Address } from '../../protocol/types.ts'
import { chainClient } from './chain.ts'

/** Wei that pay for many transactions of a page. */
const GAS_MONEY = 10n ** 17n

/** Gives an account gas money on a development chain, where it costs nothing; on others does nothing. */
export async function ensureTestGas(address: Address): Promise<void> {
  const client = await chainClient()
  if (client.chain?.id !== LOCAL_CHAIN_ID) return
  if ((await client.getBalance({ address })) >= GAS_MONEY / 2n) return
  // Development chains let anybody set any balance, by Hardhat's name for it.
  await client.request({
    method: 'hardhat_setBalance',
    params: [address, `0x${GAS_MONEY.toString(16)}`],
  } as never)
}
