import { computed, signal } from '@preact/signals'
import type { EIP1193Provider } from 'viem'
import type { Wallet } from './wallet.ts'

/** A wallet that the browser has, before it was asked for an account. */
export interface InjectedWallet {
  name: string
  /** Asks the wallet for an account, which it asks its owner. @throws WalletFault when that was declined */
  connect(): Promise<Wallet>
}

/** What wallets announce about themselves (EIP-6963). */
interface Announcement {
  info: { uuid: string; name: string }
  provider: EIP1193Provider
}

/** The longest name of a wallet that is shown; extensions give them. */
const LONGEST_NAME = 40

const announced = signal<readonly Announcement[]>([])

const found = computed<readonly InjectedWallet[]>(() => {
  if (announced.value.length > 0) {
    return announced.value.map(({ info, provider }) =>
      offer(String(info.name).slice(0, LONGEST_NAME), provider),
    )
  }
  const { ethereum } = globalThis as { ethereum?: EIP1193Provider }
  return ethereum === undefined ? [] : [offer('Wallet of this browser', ethereum)]
})

let isListening = false

/** The wallets that this browser has: those that announce themselves (EIP-6963), or `window.ethereum` (EIP-1193). */
export function injectedWallets(): readonly InjectedWallet[] {
  if (!isListening) {
    isListening = true
    window.addEventListener('eip6963:announceProvider', (event) => {
      const { detail } = event as CustomEvent<Announcement>
      const others = announced.peek().filter(({ info }) => info.uuid !== detail.info.uuid)
      announced.value = [...others, detail]
    })
    window.dispatchEvent(new Event('eip6963:requestProvider'))
  }
  return found.value
}

function offer(name: string, provider: EIP1193Provider): InjectedWallet {
  return {
    name,
    connect: async () => (await import('./injected-account.ts')).injectedAccount(provider),
  }
}
