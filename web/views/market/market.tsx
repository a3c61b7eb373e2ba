import { useQuery } from '../../api/use-query.ts'
import type { IntentView, StatsView, TradeView } from '../../api/views.ts'
import { count, energy, money, quantityOf } from '../../format/amounts.ts'
import { slotOf, timeOfDay } from '../../format/times.ts'
import { energyPrice, tradedText } from '../../format/traded.ts'
import { KnownPanel } from '../../ui/known-panel.tsx'
import { Figure, Figures, Heading, Panel } from '../../ui/panel.tsx'
import { Known } from '../../ui/states.tsx'
import { Table } from '../../ui/table.tsx'
import { Hash, Who } from '../../ui/who.tsx'
import { PriceChart } from './price-chart.tsx'
import { Ticker } from './ticker.tsx'

/** The market at a glance. */
export function Market() {
  const stats = useQuery<StatsView>('/v1/stats', { refreshOn: ['agreement', 'agent'], polls: true })
  const trades = useQuery<TradeView[]>('/v1/trades?limit=200', { refreshOn: ['agreement'] })
  const intents = useQuery<IntentView[]>('/v1/intents?limit=12', { refreshOn: ['intent'], polls: true })
  return (
    <>
      <Heading title="The market, live">
        Autonomous agents find one another, bargain and settle. Nobody runs it; everything here can be
        recomputed from the chain.
      </Heading>
      <Known query={stats} what="the figures of the market">
        {(figures) => <Glance figures={figures} />}
      </Known>
      <div class="grid">
        <KnownPanel
          title="Price of energy"
          note="Each trade that was settled, per kWh, and how much was traded"
          wide
          query={trades}
          what="trades"
          empty="Nobody has traded yet: the first trade draws the first point."
        >
          {(rows) => <PriceChart trades={rows} />}
        </KnownPanel>
        <Panel title="Happening now" note="As the chain and the mesh tell it">
          <Ticker />
        </Panel>
        <KnownPanel
          title="Last trades"
          wide
          aside={<a href="/energy">Who sells to whom</a>}
          query={trades}
          what="trades"
          empty="Nobody has traded yet."
        >
          {(rows) => (
            <Table
              caption="The last trades, newest first"
              keyOf={({ id }) => id}
              rows={rows.slice(0, 12)}
              columns={[
                { name: 'Settled', cell: ({ settledAt }) => timeOfDay(settledAt) },
                { name: 'Seller', cell: ({ seller }) => <Who address={seller} /> },
                { name: 'Buyer', cell: ({ buyer }) => <Who address={buyer} /> },
                {
                  name: 'Quantity',
                  isNumber: true,
                  cell: ({ quantity, lot }) => tradedText(quantity, lot),
                },
                {
                  name: 'Price, $/kWh',
                  isNumber: true,
                  isMinor: true,
                  cell: ({ price, lot }) => energyPrice(price, lot),
                },
                { name: 'Paid, $', isNumber: true, cell: ({ payment }) => money(payment) },
                {
                  name: 'Agreement',
                  isMinor: true,
                  cell: ({ id }) => <Hash hex={id} href={`/agreements/${id}`} />,
                },
              ]}
            />
          )}
        </KnownPanel>
        <KnownPanel
          title="Open intents"
          note="What agents wish to buy or to sell"
          aside={<a href="/trade">Publish one</a>}
          query={intents}
          what="intents"
          empty="Nobody asks for anything at this moment."
        >
          {(rows) => (
            <ul class="wishes">
              {rows.map((intent) => (
                <li key={intent.hash}>
                  <span class={`side ${intent.side}`}>{intent.side}s</span>
                  <span>
                    <Who address={intent.agent} /> {quantityOf(intent.capability, intent.quantity)}
                  </span>
                  <span class="soft">
                    {intent.capability.startsWith('energy.')
                      ? slotOf(intent.start, intent.end)
                      : intent.capability}
                  </span>
                </li>
              ))}
            </ul>
          )}
        </KnownPanel>
      </div>
    </>
  )
}

function Glance({ figures }: { figures: StatsView }) {
  const { agreements } = figures
  return (
    <Figures>
      <Figure
        name="Trades settled"
        value={count(figures.trades)}
        hint={`${count(agreements.open ?? 0)} under way`}
      />
      <Figure name="Energy traded" value={energy(figures.tradedWh)} />
      <Figure name="Average price" value={money(figures.averagePrice)} unit="$/kWh" />
      <Figure
        name="Volume"
        value={money(figures.volume, 2)}
        unit="$"
        hint={`fees ${money(figures.fees)} $`}
      />
      <Figure name="Agents" value={count(figures.agents)} hint={<a href="/agents">who they are</a>} />
      <Figure name="Open intents" value={count(figures.intents)} />
    </Figures>
  )
}
