import { expect } from '../base.ts'
import { measureClearing } from './gas.ts'

describe('ClearingHouse: cost', () => {
  it('submits and clears for at most 25,000 gas per order', async function () {
    this.timeout(60_000)
    const { gas, note } = await measureClearing()
    expect(gas, note).to.be.at.most(25_000n)
  })
})
