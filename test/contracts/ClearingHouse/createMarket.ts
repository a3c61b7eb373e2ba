import { ethers, expect, loadFixture } from '../base.ts'
import { balancingTypes, deployClearing } from './fixture.ts'

describe('ClearingHouse: createMarket', () => {
  it('lets anybody create a market that the balancing account signed', async () => {
    const d = await loadFixture(deployClearing)
    const rules = { ...d.rules, retailPrice: 400_000n }
    const market = await d.house.marketIdOf(rules)
    const consent = await d.balancing.signTypedData(d.domain, balancingTypes, { market })
    await expect(d.house.connect(d.stranger).createMarket(rules, consent))
      .to.emit(d.house, 'MarketCreated')
      .withArgs(market, d.admin, d.balancing, Object.values(rules))
    expect([...(await d.house.rulesOf(market))]).to.deep.equal(Object.values(rules))
  })

  it('knows a market by the hash of all its rules', async () => {
    const d = await loadFixture(deployClearing)
    const types = ['address', 'address', 'address', 'address', 'address', 'uint32', 'uint32', 'uint32']
    const prices = ['int64', 'int64', 'uint64', 'uint64', 'uint64']
    const encoded = ethers.AbiCoder.defaultAbiCoder().encode([...types, ...prices], Object.values(d.rules))
    expect(d.market).to.equal(ethers.keccak256(encoded))
  })

  it('asks the balancing account for its consent to exactly these rules', async () => {
    const d = await loadFixture(deployClearing)
    const rules = { ...d.rules, excessPrice: 90_000n }
    const market = await d.house.marketIdOf(rules)
    const create = (consent: string) => d.house.connect(d.stranger).createMarket(rules, consent)
    for (const consent of [
      '0x',
      await d.stranger.signTypedData(d.domain, balancingTypes, { market }),
      await d.balancing.signTypedData(d.domain, balancingTypes, { market: d.market }),
      await d.balancing.signTypedData({ ...d.domain, salt: ethers.ZeroHash }, balancingTypes, { market }),
      await d.balancing.signTypedData({ ...d.domain, chainId: 1n }, balancingTypes, { market }),
    ]) {
      await expect(create(consent)).to.be.revertedWithCustomError(d.house, 'NoConsent').withArgs(d.balancing)
    }
  })

  it('creates the same market once', async () => {
    const d = await loadFixture(deployClearing)
    await expect(d.house.connect(d.balancing).createMarket(d.rules, '0x'))
      .to.be.revertedWithCustomError(d.house, 'MarketExists')
      .withArgs(d.market)
  })

  it('refuses rules that cannot work', async () => {
    const d = await loadFixture(deployClearing)
    const house = await d.house.getAddress()
    const ledger = await d.ledger.getAddress()
    for (const wrong of [
      { admin: ethers.ZeroAddress },
      { token: ethers.ZeroAddress },
      { attester: ethers.ZeroAddress },
      { feeAccount: ethers.ZeroAddress },
      { feeAccount: house },
      { feeAccount: ledger },
      { slotLength: 0n },
      { slotLength: (await d.house.MAX_SLOT_LENGTH()) + 1n },
      { gateLead: (await d.house.MAX_GATE_LEAD()) + 1n },
      { readingWindow: 0n },
      { readingWindow: (await d.house.MAX_READING_WINDOW()) + 1n },
      { minPrice: d.rules.maxPrice + 1n },
      { excessPrice: d.rules.retailPrice + 1n },
      { capacity: 0n },
    ]) {
      await expect(
        d.house.connect(d.balancing).createMarket({ ...d.rules, ...wrong }, '0x'),
        `${Object.keys(wrong)}`,
      ).to.be.revertedWithCustomError(d.house, 'InvalidRules')
    }
    for (const balancing of [ethers.ZeroAddress, house, ledger]) {
      await expect(d.house.createMarket({ ...d.rules, balancing }, '0x')).to.be.revertedWithCustomError(
        d.house,
        'InvalidRules',
      )
    }
  })

  it('accepts rules at their limits', async () => {
    const d = await loadFixture(deployClearing)
    const limits = {
      slotLength: await d.house.MAX_SLOT_LENGTH(),
      gateLead: await d.house.MAX_GATE_LEAD(),
      readingWindow: await d.house.MAX_READING_WINDOW(),
      minPrice: d.rules.maxPrice,
      excessPrice: d.rules.retailPrice,
      capacity: 2n ** 64n - 1n,
    }
    await expect(d.house.connect(d.balancing).createMarket({ ...d.rules, ...limits }, '0x')).to.emit(
      d.house,
      'MarketCreated',
    )
  })

  it('needs a ledger that knows it', async () => {
    const d = await loadFixture(deployClearing)
    const strange = await ethers.deployContract('Ledger', [[d.stranger], d.deployer])
    await expect(
      ethers.deployContract('ClearingHouse', [strange, ethers.ZeroHash]),
    ).to.be.revertedWithCustomError(d.house, 'NotLedgerModule')
  })
})
