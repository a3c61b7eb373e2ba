import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { bytesToHex } from 'viem'
import { meshGovernorAbi } from '../../../protocol/abis/index.ts'
import { VOTING } from '../../../scripts/deploy/parameters.ts'
import { type ServedMarket, serveMarket } from '../../indexer/support/api.ts'
import { Governor } from '../../indexer/support/governor.ts'
import { removeDataDirs } from '../../indexer/support/index-of.ts'
import { type Dashboard, startDashboard } from './support/dashboard.ts'

const HOSTILE = 'Trust me <img src=https://evil.example/x onerror=alert(1)>'

/** A wallet in the page (EIP-1193) that passes everything on to a chain that holds keys. */
function injectWallet([rpcUrl, account]: [string, string]): void {
  const request = async ({ method, params = [] }: { method: string; params?: unknown[] }) => {
    if (method === 'eth_requestAccounts') return [account]
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const headers = { 'Content-Type': 'application/json' }
    const answer = await fetch(rpcUrl, { method: 'POST', headers, body })
    const { result, error } = (await answer.json()) as {
      result: unknown
      error?: { message: string; code: number }
    }
    if (error !== undefined) throw Object.assign(new Error(error.message), { code: error.code })
    return result
  }
  Object.assign(globalThis, { ethereum: { request } })
}

describe('the dashboard: governance', function () {
  this.timeout(120_000)
  let served: ServedMarket
  let dashboard: Dashboard
  let governor: Governor
  let page: Page

  before(async function () {
    dashboard = await startDashboard(this)
    served = await serveMarket()
    governor = await Governor.awaken(served.market, 'rides')
    page = await dashboard.open(`${served.indexer.url}/governance`)
  })
  after(async () => {
    await dashboard?.close()
    await served?.stop()
    removeDataDirs()
  })

  const proposal = (title: string) => page.locator('.proposal', { hasText: title })
  /** What the governor counted of the proposal made last but so many. */
  const votesOf = async (place: number) => {
    await served.caughtUp()
    const { proposalId } = (await served.get('/v1/governance/proposals')).body.data[place]
    return served.market.client.readContract({
      address: governor.address,
      abi: meshGovernorAbi,
      functionName: 'proposalVotes',
      args: [BigInt(proposalId)],
    })
  }

  it('shows the rules in force, and a proposal with what it would do', async () => {
    await page.getByText('Nobody has proposed anything yet').waitFor()
    await page.getByText('600 a minute, 100 at once').waitFor()
    await governor.propose('Newcomers to rides put up a dollar')
    await proposal('Newcomers')
      .getByText('meshDirectory.setAdmission(“rides”, { minStake: 1000000, minReputation: 1000 })')
      .waitFor()
  })

  it('shows a hostile text as the text that it is', async () => {
    await governor.propose(HOSTILE)
    await page.getByRole('heading', { name: HOSTILE }).waitFor()
    expect(await page.locator('main img').count()).to.equal(0)
    expect(dashboard.requests.filter((url) => url.includes('evil.example'))).to.deep.equal([])
  })

  it('votes with a burner key, and the governor counts it', async () => {
    await served.market.pass(VOTING.votingDelay + 1)
    const key = bytesToHex(governor.holder.getHdKey().privateKey as Uint8Array)
    const form = proposal('Newcomers')
    await form.getByText('Vote', { exact: true }).click()
    await form.getByText('Import a key').click()
    await form.getByLabel('Private key').fill(key)
    await form.getByRole('button', { name: 'Import' }).click()
    await form.getByText('This account has 100,000,000 votes here.').waitFor()
    await form.getByText('The transaction that is to be signed').click()
    await form.locator('.unsigned').getByText(governor.address).waitFor()
    await form.getByLabel('Reason').fill('so be it')
    await form.getByRole('button', { name: 'Sign and send' }).click()
    await form.getByText(/^Counted in block/).waitFor()
    expect((await votesOf(1))[1]).to.equal(100_000_000n * 10n ** 18n)
    await form.getByText('Carries as it stands').waitFor()
    await form.getByText('Who voted (1)').click()
    await form.getByText('“so be it”').waitFor()
  })

  it('votes with a wallet that the browser has', async () => {
    const { address } = governor.holder
    await page.addInitScript(injectWallet, [served.market.rpcUrl, address] as [string, string])
    await page.reload()
    const form = proposal('Trust me')
    await form.getByText('Vote', { exact: true }).click()
    await form.getByRole('button', { name: 'Wallet of this browser' }).click()
    await form.getByText(address).first().waitFor()
    await form.getByLabel('against').check()
    await form.getByRole('button', { name: 'Ask the wallet and send' }).click()
    await form.getByText(/^Counted in block/).waitFor()
    expect((await votesOf(0))[0]).to.equal(100_000_000n * 10n ** 18n)
    expect(dashboard.complaints).to.deep.equal([])
  })
})
