import { ethers, expect, isInstrumented, loadFixture } from '../base.ts'
import { admit, openMarket, order, signAll } from './fixture.ts'
import { BUY, packAll, packSignatures, signOrder } from './orders.ts'

/** A market with a wallet that answers as ada's key says, and one that burns the gas of whoever asks it. */
async function withContracts() {
  const d = await openMarket()
  const wallet = await ethers.deployContract('ContractWallet', [d.ada])
  const burner = await ethers.deployContract('GasBurner')
  const walletAddress = await wallet.getAddress()
  const burnerAddress = await burner.getAddress()
  await admit(d, [walletAddress, burnerAddress])
  return { ...d, wallet: { address: walletAddress }, burner: { address: burnerAddress } }
}

describe('ClearingHouse: submit by contracts and with little gas', () => {
  it('asks a contract about its signature (ERC-1271)', async () => {
    const d = await loadFixture(withContracts)
    const bid = order(d.wallet, BUY, [1n, 1n])
    const submit = async (key: typeof d.ada) => {
      const signature = await signOrder(key, d.domain, d.market, d.slot, bid)
      return d.house.submit(d.market, d.slot, packAll([bid]), packSignatures([signature]))
    }
    await expect(submit(d.ben))
      .to.emit(d.house, 'OrderRejected')
      .withArgs(d.market, d.slot, d.wallet.address, 6n)
    await expect(submit(d.ada)).to.emit(d.house, 'OrdersSubmitted')
  })

  it('lets no contract burn more than its share', async () => {
    const d = await loadFixture(withContracts)
    const bids = [order(d.burner, BUY, [1n, 1n]), order(d.ada, BUY, [1n, 1n])]
    const signatures = ['0x', ...(await signAll(d, d.slot, bids.slice(1), d.members))]
    const submitted = await d.house.submit(d.market, d.slot, packAll(bids), packSignatures(signatures))
    await expect(submitted)
      .to.emit(d.house, 'OrderRejected')
      .withArgs(d.market, d.slot, d.burner.address, 6n)
      .and.to.emit(d.house, 'OrdersSubmitted')
      .withArgs(d.market, d.slot, 0n, packAll(bids.slice(1)))
    if (!isInstrumented) expect((await submitted.wait())?.gasUsed).to.be.lessThan(250_000n)
  })

  it('reverts the whole with too little gas, and never takes a good signature for a bad one', async function () {
    this.timeout(60_000)
    const d = await loadFixture(withContracts)
    const bids = [d.ben, d.wallet, d.cem].map((each) => order(each, BUY, [1n, 1n]))
    const keys = [d.ben, d.ada, d.cem]
    const signatures = await Promise.all(
      keys.map((key, i) => signOrder(key, d.domain, d.market, d.slot, bids[i] ?? order(d.ben, BUY))),
    )
    const call = [d.market, d.slot, packAll(bids), packSignatures(signatures)] as const
    const topic = d.house.getEvent('OrderRejected').fragment.topicHash
    await expect(d.house.submit(...call, { gasLimit: 150_000n })).to.be.revertedWithCustomError(
      d.house,
      'OutOfGas',
    )
    const outcomes = new Set<string>()
    for (let gasLimit = 40_000n; gasLimit <= 400_000n; gasLimit += 1733n) {
      const snapshot = await ethers.provider.send('evm_snapshot', [])
      const sent = await d.house.submit(...call, { gasLimit }).catch(() => undefined)
      const receipt = await sent?.wait().catch(() => undefined)
      outcomes.add(receipt?.status === 1 ? 'accepted' : 'reverted')
      expect(receipt?.logs.some(({ topics }) => topics[0] === topic) ?? false, `${gasLimit}`).to.equal(false)
      await ethers.provider.send('evm_revert', [snapshot])
    }
    expect([...outcomes].sort()).to.deep.equal(['accepted', 'reverted'])
  })
})
