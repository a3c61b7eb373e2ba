import { ethers, expect, loadFixture, type Signer } from '../base.ts'
import { answer, ask, type Validated, validated } from './fixture.ts'

/** Two answers of one validator, one of another, and a request that was never answered. */
async function answered() {
  const d: Validated = await validated()
  for (const [validator, response, tag] of [
    [d.module, 90n, 'hard'],
    [d.module, 30n, 'soft'],
    [d.payout, 61n, 'hard'],
  ] as const) {
    const hash = ethers.id(`${response}`)
    await ask(d, validator, hash)
    await answer(d, validator, response, hash, tag)
  }
  await ask(d, d.module, ethers.id('unanswered'))
  return d
}

const summary = async (d: Validated, validators: Signer[] = [], tag = '') => [
  ...(await d.validation.getSummary(d.agentId, validators, tag)),
]

describe('ValidationRegistry: getSummary', () => {
  it('is the mean of the answers, rounded down, and of nothing when there are none', async () => {
    const d = await loadFixture(answered)
    expect(await summary(d)).to.deep.equal([3n, 60n])
    expect([...(await d.validation.getSummary(d.otherId, [], ''))]).to.deep.equal([0n, 0n])
  })

  it('counts an answer of 0, and no request without one', async () => {
    const d = await loadFixture(answered)
    await answer(d, d.module, 0n, ethers.id('unanswered'), 'hard')
    expect(await summary(d)).to.deep.equal([4n, 45n])
  })

  it('counts certain validators and tags', async () => {
    const d = await loadFixture(answered)
    expect(await summary(d, [d.module])).to.deep.equal([2n, 60n])
    expect(await summary(d, [d.stranger, d.payout])).to.deep.equal([1n, 61n])
    expect(await summary(d, [d.stranger])).to.deep.equal([0n, 0n])
    expect(await summary(d, [], 'hard')).to.deep.equal([2n, 75n])
    expect(await summary(d, [d.module], 'hard')).to.deep.equal([1n, 90n])
    expect(await summary(d, [], 'unheard of')).to.deep.equal([0n, 0n])
  })

  it('takes the last answer in place of those before', async () => {
    const d = await loadFixture(answered)
    await answer(d, d.payout, 3n, ethers.id('61'), 'soft')
    expect(await summary(d)).to.deep.equal([3n, 41n])
    expect(await summary(d, [], 'hard')).to.deep.equal([1n, 90n])
  })
})
