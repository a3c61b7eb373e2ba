import { signal } from '@preact/signals'
import type { TypedData } from '../../protocol/typed-data.ts'
import type { Address, Hex } from '../../protocol/types.ts'

/** A transaction before it is signed. */
export interface UnsignedTransaction {
  to: Address
  data: Hex
  /** Wei. */
  value?: bigint
}

/** Who signs for the reader of the page; the API holds no keys. What fails throws a WalletFault. */
export interface Wallet {
  /** `burner`: a key that this browser keeps; `injected`: a wallet that the reader has in the browser. */
  readonly kind: 'burner' | 'injected'
  readonly address: Address
  /** Signs what `eth_signTypedData_v4` takes (EIP-712). */
  signTypedData(typedData: TypedData): Promise<Hex>
  /** Sends on the market's chain, and on no other. @returns the transaction's hash, before it is in a block */
  sendTransaction(transaction: UnsignedTransaction): Promise<Hex>
}

/** The wallet that the reader chose; undefined until then. */
export const wallet = signal<Wallet | undefined>(undefined)
