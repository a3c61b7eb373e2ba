import { useEffect, useState } from 'preact/hooks'
import { money } from '../../format/amounts.ts'
import { Fault } from '../../ui/states.tsx'
import { toWalletFault, type WalletFault } from '../../wallet/fault.ts'
import type { Wallet } from '../../wallet/wallet.ts'
import { balanceOf, givesTestMoney, mintTestDollars } from './test-money.ts'

/** What one asking brings, in minor units. */
const GIFT = 10_000_000n

/** What the wallet holds, and more of it where it is worth nothing. */
export function Money({ wallet }: { wallet: Wallet }) {
  const [held, setHeld] = useState<bigint>()
  const [isFree, setFree] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const [fault, setFault] = useState<WalletFault>()
  useEffect(() => {
    balanceOf(wallet).then(setHeld, (error: unknown) => setFault(toWalletFault(error)))
    givesTestMoney().then(setFree, () => setFree(false))
  }, [wallet])
  const fill = async () => {
    setBusy(true)
    setFault(undefined)
    try {
      await mintTestDollars(wallet, GIFT)
      setHeld(await balanceOf(wallet))
    } catch (error) {
      setFault(toWalletFault(error))
    }
    setBusy(false)
  }
  return (
    <div class="money">
      <p>
        Holds <strong class="amount">{held === undefined ? '…' : `${money(held)} $`}</strong>
        {isFree && <span class="soft"> in test dollars, worth nothing</span>}
      </p>
      {isFree && (
        <button type="button" class="button" disabled={isBusy} onClick={fill}>
          {isBusy ? 'Minting…' : `Get ${money(GIFT, 0)} test dollars`}
        </button>
      )}
      {fault && <Fault fault={fault} />}
    </div>
  )
}
