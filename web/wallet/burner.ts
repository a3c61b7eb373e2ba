import type { Hex } from '../../protocol/types.ts'
import { WalletFault } from './fault.ts'
import type { Wallet } from './wallet.ts'

const KEY = 'mesh-burner-key'

/** The burner's private key, for its owner to keep elsewhere; undefined when this browser has none. */
export function exportBurner(): Hex | undefined {
  const kept = localStorage.getItem(KEY)
  return kept !== null && isKey(kept) ? kept : undefined
}

/**
 * A wallet whose key lies in this browser, readable by whoever gets at it: for test money. The first call makes the key.
 *
 * @example wallet.value = await burnerWallet()
 */
export async function burnerWallet(): Promise<Wallet> {
  const key = exportBurner() ?? newKey()
  const found = await walletOf(key)
  localStorage.setItem(KEY, key)
  return found
}

/** Replaces the burner. @param key 0x and 64 hexadecimal digits @throws WalletFault when it is no private key */
export async function importBurner(key: string): Promise<Wallet> {
  const given = key.trim().toLowerCase()
  const fault = new WalletFault('This is no private key.', 'A key is 0x and 64 hexadecimal digits.')
  if (!isKey(given)) throw fault
  const found = await walletOf(given).catch(() => {
    throw fault
  })
  localStorage.setItem(KEY, given)
  return found
}

/** Deletes the key for good. */
export function forgetBurner(): void {
  localStorage.removeItem(KEY)
}

async function walletOf(key: Hex): Promise<Wallet> {
  return (await import('./local-account.ts')).localAccount(key)
}

function newKey(): Hex {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

function isKey(text: string): text is Hex {
  return /^0x[0-9a-f]{64}$/.test(text)
}
