/** What feedback costs. Every client has left feedback about the agent before, and the tags have been in use. */
import { bindWallet, ethers, loadFixture, register } from '../base.ts'
import { type GasRow, gasOf } from '../gas.ts'
import { give, giveSettled, type Rated, rated, settle } from './fixture.ts'

const FEE = 237n
const said = { uri: `ipfs://${'b'.repeat(59)}`, hash: ethers.id('feedback') }
const TEXTS = 'tags of 13 and 9 bytes, 66-byte URI, hash, no endpoint; plain ABI'

async function plain(): Promise<bigint> {
  const d = await loadFixture(rated)
  await give(d, d.buyer, said)
  return gasOf(give(d, d.buyer, said))
}

/** The mean over four settled feedbacks, because the marks of four in sequence share a slot. */
async function settled(d: Rated, nonces: readonly bigint[]): Promise<bigint> {
  let sum = 0n
  for (const [i, nonce] of nonces.entries()) {
    const { agreement } = await settle(d, d.buyer, FEE, { nonce })
    const gas = await gasOf(giveSettled(d, d.buyer, agreement, said))
    if (i > 0) sum += gas
  }
  return sum / BigInt(nonces.length - 1)
}

/** The same of a key that speaks for an agent, whose owner is credited. */
async function settledByAgent(nonces: readonly bigint[]): Promise<bigint> {
  const d = await loadFixture(rated)
  await bindWallet(d, d.payout, await register(d, d.payout), d.buyer)
  return settled(d, nonces)
}

const IN_SEQUENCE = [0n, 1n, 2n, 3n, 4n]
const AT_RANDOM = [1n, 2n, 3n].map((n) => BigInt(ethers.id(`nonce ${n}`)) >> 128n)

/** @returns a row for each kind of repeat feedback */
export async function reputationRows(): Promise<GasRow[]> {
  return [
    { row: 'repeat feedback, two tags', gas: await plain(), note: TEXTS },
    {
      row: 'repeat settled feedback',
      gas: await settled(await loadFixture(rated), IN_SEQUENCE),
      note: `${TEXTS}; buyer's nonces in sequence, mean of four; the buyer speaks for no agent`,
    },
    {
      row: 'repeat settled feedback, agent',
      gas: await settledByAgent(IN_SEQUENCE),
      note: `${TEXTS}; buyer's nonces in sequence, mean of four; credited to the owner of the buyer's agent`,
    },
    {
      row: 'the same, nonces at random',
      gas: await settledByAgent(AT_RANDOM),
      note: `${TEXTS}; each agreement's mark takes a slot`,
    },
  ]
}
