import type { RequestHandler } from 'express'
import { formatUnits } from 'viem'
import { MONEY_DECIMALS } from '../../protocol/money.ts'
import type { ApiContext } from './context.ts'
import { ICON } from './icon.ts'
import type { Route } from './route.ts'
import { readStatsView } from './routes/stats.ts'

/** A route as the page lists it. */
type Listed = Pick<Route, 'method' | 'path'> & Partial<Pick<Route, 'input' | 'documentation'>>

/** A page for people: the figures of the moment and where to look further. */
export function homePage(context: ApiContext, routes: readonly Listed[]): RequestHandler {
  return async (_request, response) => {
    const { data, meta } = await readStatsView(context)
    const figures = {
      Agents: data.agents,
      'Open intents': data.intents,
      'Open agreements': data.agreements.open,
      Trades: data.trades,
      'Energy traded': `${formatUnits(BigInt(data.tradedWh), 3)} kWh`,
      Volume: money(data.volume),
      'Average price': data.averagePrice === null ? 'none yet' : `${money(data.averagePrice)} per kWh`,
      Block: `${meta.blockNumber} ${meta.blockHash}`,
    }
    const rows = Object.entries(figures).map(([name, value]) => `<tr><th>${name}<td>${value}`)
    const links = routes
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
      .map((route) => {
        const { method, path } = route
        if (method === 'post') return `<li>POST ${path}`
        return canBeFollowed(route) ? `<li><a href="${path}">${path}</a>` : `<li>${path}`
      })
    response.type('html').send(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="${ICON}"><meta http-equiv="refresh" content="5"><link rel="service-desc" type="application/json" href="/openapi.json"><title>MESH market</title>
<style>body{font:16px/1.5 system-ui;margin:2rem auto;max-width:44rem;padding:0 1rem}th{text-align:left;padding-right:2rem}td,li{overflow-wrap:anywhere}</style>
<h1>MESH market</h1><table>${rows.join('')}</table><h2>API</h2><p>JSON; what is read, pages of any origin may read. <a href="/docs">Its description</a> has all parameters and fields, as <a href="/openapi.json">OpenAPI</a> too; docs/api.md of the package shows answers.<ul>${links.join('')}</ul></html>`)
  }
}

/** Whether a route answers without any parameter, and without a key. */
function canBeFollowed({ path, input, documentation }: Listed): boolean {
  if (path.includes('{') || documentation?.responses[401] !== undefined) return false
  return input === undefined || input.safeParse({}).success
}

/** Minor units as an amount of the token, without zeros at its end. */
function money(minorUnits: string): string {
  return `${formatUnits(BigInt(minorUnits), MONEY_DECIMALS)} test dollars`
}
