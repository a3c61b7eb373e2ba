import './wallet.css'
import { useState } from 'preact/hooks'
import { Fault } from '../ui/states.tsx'
import { burnerWallet, exportBurner, forgetBurner, importBurner } from './burner.ts'
import { toWalletFault, type WalletFault } from './fault.ts'
import { injectedWallets } from './injected.ts'
import { type Wallet, wallet } from './wallet.ts'

/** Chooses who signs: a key of this browser, or a wallet that the browser has. The choice is `wallet.value`. */
export function WalletChoice() {
  const [fault, setFault] = useState<WalletFault>()
  const [isBusy, setBusy] = useState(false)
  const choose = async (connect: () => Promise<Wallet>) => {
    setBusy(true)
    setFault(undefined)
    try {
      wallet.value = await connect()
    } catch (error) {
      setFault(toWalletFault(error))
    }
    setBusy(false)
  }
  const chosen = wallet.value
  return (
    <div class="wallet">
      {chosen === undefined ? (
        <Offers choose={choose} isBusy={isBusy} />
      ) : (
        <Chosen key={chosen.address} chosen={chosen} choose={choose} />
      )}
      {fault && <Fault fault={fault} />}
    </div>
  )
}

type Choose = (connect: () => Promise<Wallet>) => Promise<void>

function Offers({ choose, isBusy }: { choose: Choose; isBusy: boolean }) {
  return (
    <>
      <div class="buttons">
        <button type="button" class="button" disabled={isBusy} onClick={() => choose(burnerWallet)}>
          {exportBurner() === undefined ? 'Make a burner key' : 'Use this browser’s burner key'}
        </button>
        {injectedWallets().map(({ name, connect }) => (
          <button key={name} type="button" class="button" disabled={isBusy} onClick={() => choose(connect)}>
            {name}
          </button>
        ))}
      </div>
      <p class="soft">
        A burner key lies open in this browser: for test money alone. The market never sees a key.
      </p>
      <ImportKey choose={choose} />
    </>
  )
}

function Chosen({ chosen, choose }: { chosen: Wallet; choose: Choose }) {
  const isBurner = chosen.kind === 'burner'
  return (
    <>
      <p class="account">
        <span class={`kind ${chosen.kind}`}>{isBurner ? 'Burner · test money only' : 'Wallet'}</span>
        <code>{chosen.address}</code>
      </p>
      <div class="buttons">
        <button type="button" class="button quiet" onClick={() => (wallet.value = undefined)}>
          Sign as somebody else
        </button>
      </div>
      {isBurner && <KeepKey />}
      {isBurner && <ImportKey choose={choose} />}
    </>
  )
}

/** Shows the burner's key, and forgets it. */
function KeepKey() {
  const [key, setKey] = useState<string>()
  return (
    <details onToggle={({ currentTarget }) => setKey(currentTarget.open ? exportBurner() : undefined)}>
      <summary>Keep or forget the key</summary>
      <p class="soft">Who has these digits has the account.</p>
      <code class="key">{key}</code>
      <button
        type="button"
        class="button alarm"
        onClick={() => {
          forgetBurner()
          wallet.value = undefined
        }}
      >
        Forget it for good
      </button>
    </details>
  )
}

function ImportKey({ choose }: { choose: Choose }) {
  const [key, setKey] = useState('')
  return (
    <details>
      <summary>Import a key</summary>
      <form
        class="import"
        onSubmit={(event) => {
          event.preventDefault()
          // A form around this one must not take it for its own.
          event.stopPropagation()
          setKey('')
          void choose(() => importBurner(key))
        }}
      >
        <label>
          Private key, which replaces the burner of this browser
          <input
            class="entry"
            type="password"
            autoComplete="off"
            spellcheck={false}
            placeholder="0x…"
            value={key}
            onInput={({ currentTarget }) => setKey(currentTarget.value)}
          />
        </label>
        <button type="submit" class="button" disabled={key === ''}>
          Import
        </button>
      </form>
    </details>
  )
}
