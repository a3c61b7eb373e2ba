// What an agent that sells answers begins with: its place in the market, its gas money, and something to know.
import { type MeshNetwork, readNetwork } from '@mesh/sdk'

export const descriptor = await readNetwork('http://127.0.0.1:8787')
export const init = { network: descriptor, directory: false } as const
export const rateAt = (time: string) => `1.0956 at ${time}`
export const rowsOf = (slots: string) => `time,wh\n${slots.split('/')[0]},120\n`

/** Gives an agent gas money and dollars, and has it register. */
export async function enrol(agent: MeshNetwork): Promise<void> {
  await agent.connect()
  await agent.account.ensureTestGas(10n ** 18n)
  await agent.account.ensureTestDollars(100_000_000n)
  await agent.enroll({ agentURI: 'data:,snippet', stake: 0n, balance: 10_000_000n })
}
