/** What feedback costs. Whole transactions, each by itself, of accounts that did the same before. */
import { bindWallet, ethers, loadFixture, register } from '../base.ts'
import { give, giveSettled, type Rated, rated, settle } from './fixture.ts'

export interface GasRow {
  row: string
  gas: bigint
  note: string
}

const FEE = 237n
const said = { uri: `ipfs://${'b'.repeat(59)}`, hash: ethers.id('feedback') }
const SETTING =
  'plain ABI encoding; tags of 13 and 9 bytes that were used before, 66-byte URI, hash, no endpoint'
const MEAN = "mean of four, the buyer's nonces in sequence"

const gasOf = async (sent: ReturnType<typeof give>) => (await (await sent).wait())?.gasUsed ?? 0n

/** The mean over the buyer's next four settled feedbacks about the agent: a slot holds the marks of four. */
async function settledAgain(d: Rated) {
  const [first, ...next] = [0n, 1n, 2n, 3n, 4n]
  let sum = 0n
  for (const nonce of [first, ...next]) {
    const { agreement } = await settle(d, d.buyer, FEE, { nonce })
    const gas = await gasOf(giveSettled(d, d.buyer, agreement, said))
    if (nonce !== first) sum += gas
  }
  return sum / BigInt(next.length)
}

/** Feedback without an agreement, of a client that left some before. */
export async function repeatFeedbackGas(): Promise<GasRow> {
  const d = await loadFixture(rated)
  await give(d, d.buyer, said)
  const gas = await gasOf(give(d, d.buyer, said))
  return { row: 'repeat feedback, two tags', gas, note: SETTING }
}

/** Feedback that counts in the score, of a client that left some before. */
export async function repeatSettledFeedbackGas(): Promise<GasRow> {
  const d = await loadFixture(rated)
  const gas = await settledAgain(d)
  return {
    row: 'repeat settled feedback, two tags',
    gas,
    note: `${SETTING}; ${MEAN}; a key that speaks for no agent`,
  }
}

/** The same of an agent's key, whose owner is looked up and credited. */
export async function repeatAgentFeedbackGas(): Promise<GasRow> {
  const d = await loadFixture(rated)
  await bindWallet(d, d.payout, await register(d, d.payout), d.buyer)
  const gas = await settledAgain(d)
  return { row: 'repeat settled feedback by an agent, two tags', gas, note: `${SETTING}; ${MEAN}` }
}
