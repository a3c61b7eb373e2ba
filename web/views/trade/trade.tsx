import './trade.css'
import { Heading, Panel } from '../../ui/panel.tsx'
import { wallet } from '../../wallet/wallet.ts'
import { WalletChoice } from '../../wallet/wallet-choice.tsx'
import { BrowserAgent } from './browser-agent.tsx'
import { Money } from './money.tsx'
import { Offers } from './offers.tsx'
import { usePurchase } from './use-purchase.ts'
import { WishForm } from './wish-form.tsx'

/** Buys energy with a key alone, or with an agent in this page. */
export function Trade() {
  const purchase = usePurchase()
  return (
    <>
      <Heading title="Trade">
        Publish what you wish to buy, see sellers offer, and pay for what was delivered. Everything is signed
        by your key, in this page; the market can take nothing that you have not signed.
      </Heading>
      <div class="grid trade">
        <div class="column">
          <Panel title="1 · Who signs">
            <WalletChoice />
            {wallet.value && <Money key={wallet.value.address} wallet={wallet.value} />}
          </Panel>
          <Panel title="2 · What you wish to buy">
            <WishForm purchase={purchase} />
          </Panel>
        </div>
        <div class="column wide">
          <Panel
            title="3 · Offers"
            note="Each was checked here: by whom it is signed, and that it is what you asked for"
          >
            <Offers purchase={purchase} />
          </Panel>
          <Panel title="An agent in this page" note="No gateway between: it joins the mesh itself">
            <BrowserAgent />
          </Panel>
        </div>
      </div>
    </>
  )
}
