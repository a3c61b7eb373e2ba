import { type PublicClient, TransactionNotFoundError } from 'viem'
import type { AgreementView } from '../../api/views.ts'
import { chainClient } from '../../wallet/chain.ts'
import { network } from '../../wallet/network.ts'
import type { Check } from './checks.ts'
import { type ChainReader, verifyAgreement } from './verify.ts'

const ERC_1271 = [
  {
    type: 'function',
    name: 'isValidSignature',
    stateMutability: 'view',
    inputs: [
      { name: 'hash', type: 'bytes32' },
      { name: 'signature', type: 'bytes' },
    ],
    outputs: [{ name: 'magic', type: 'bytes4' }],
  },
] as const
/** What a contract answers that calls a signature its own. */
const MAGIC = '0x1626ba7e'

/** Verifies an agreement at the chain that the market names. @throws ApiFault, WalletFault when there is none to ask */
export async function verifyOnChain(view: AgreementView): Promise<Check[]> {
  const [{ deployment }, client] = await Promise.all([network(), chainClient()])
  return verifyAgreement(view, deployment, readerOf(client))
}

function readerOf(client: PublicClient): ChainReader {
  return {
    async transaction(hash) {
      try {
        const [{ to, input }, { logs }] = await Promise.all([
          client.getTransaction({ hash }),
          client.getTransactionReceipt({ hash }),
        ])
        return { to, input, logs }
      } catch (error) {
        if (error instanceof TransactionNotFoundError) return undefined
        throw error
      }
    },
    async contractConfirms(address, digest, signature) {
      if ((await client.getCode({ address })) === undefined) return undefined
      const call = { address, abi: ERC_1271, functionName: 'isValidSignature' } as const
      return client.readContract({ ...call, args: [digest, signature] }).then(
        (magic) => magic === MAGIC,
        () => false,
      )
    },
  }
}
