import { byWallet } from '../api/agents.ts'
import { shortHex } from '../format/names.ts'

/** What an account is called where only text can stand: an agent's name, else the address in short. */
export function nameOf(address: string): string {
  return byWallet.value.get(address.toLowerCase())?.name ?? shortHex(address)
}
