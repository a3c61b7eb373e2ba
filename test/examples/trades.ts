import type { ExampleMarket } from './running-example.ts'

/** A trade as the API tells it: money in minor units. */
export interface ExampleTrade {
  buyer: string
  seller: string
  quantity: string
  payment: string
  state: string
}

/** What was settled on chain, by the API of the market. */
export async function tradesIn({ indexer }: ExampleMarket): Promise<ExampleTrade[]> {
  const response = await fetch(`${indexer.url}/v1/trades`)
  const { data } = (await response.json()) as { data: ExampleTrade[] }
  return data
}
