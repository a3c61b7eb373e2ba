import { deploy, ethers, expect, loadFixture, prefund, time } from '../base.ts'

const Mode = { Honest: 0, RecipientPays: 1, SenderPays: 2, ReturnsFalse: 3, Lies: 4 } as const
const AMOUNT = 1000n

/** Two depositors of a token that behaved so far; the buyer's withdrawal is ready. */
async function hostile() {
  const d = await deploy()
  const bad = await ethers.deployContract('HostileToken')
  for (const account of [d.buyer, d.seller]) {
    await bad.mint(account, 2n * AMOUNT)
    await bad.connect(account).approve(d.ledger, ethers.MaxUint256)
    await d.ledger.connect(account).deposit(bad, account, AMOUNT)
  }
  await d.ledger.connect(d.buyer).requestWithdrawal(bad, AMOUNT)
  await time.increase(await d.ledger.withdrawalDelay())
  const reenter = async (data: string) => bad.arm(d.ledger, data)
  const refusedReentry = async () =>
    expect(await bad.result()).to.equal(
      d.ledger.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []),
    )
  return { ...d, bad, reenter, refusedReentry }
}

describe('Ledger: tokens that misbehave', () => {
  for (const [mode, error] of [
    ['RecipientPays', 'InexactTransfer'],
    ['ReturnsFalse', 'SafeERC20FailedOperation'],
    ['Lies', 'InexactTransfer'],
  ] as const) {
    it(`refuses a deposit that does not arrive whole: ${mode}`, async () => {
      const d = await loadFixture(hostile)
      await d.bad.setMode(Mode[mode])
      await expect(d.ledger.connect(d.buyer).deposit(d.bad, d.buyer, AMOUNT)).to.be.revertedWithCustomError(
        d.ledger,
        error,
      )
      await expect(
        d.ledger.connect(d.module).pullWithPermit(d.bad, d.buyer, AMOUNT, 0n, 0n, '0x'),
      ).to.be.revertedWithCustomError(d.ledger, error)
    })
  }

  it('refuses an authorised payment that does not arrive whole', async () => {
    const d = await loadFixture(hostile)
    const pull = () =>
      d.ledger.connect(d.module).pullWithAuthorization(d.bad, d.buyer, AMOUNT, 0n, 0n, ethers.ZeroHash, '0x')
    for (const mode of [Mode.RecipientPays, Mode.Lies]) {
      await d.bad.setMode(mode)
      await expect(pull()).to.be.revertedWithCustomError(d.ledger, 'InexactTransfer')
    }
    await d.bad.setMode(Mode.Honest)
    await pull()
    expect(await d.bad.balanceOf(d.ledger)).to.equal(3n * AMOUNT)
  })

  it('lets no withdrawal be paid out of the money of others', async () => {
    const d = await loadFixture(hostile)
    await d.bad.setMode(Mode.SenderPays)
    await expect(d.ledger.connect(d.buyer).withdraw(d.bad, d.buyer)).to.be.revertedWithCustomError(
      d.ledger,
      'InexactTransfer',
    )
    expect(await d.bad.balanceOf(d.ledger)).to.equal(2n * AMOUNT)
  })

  it('does not write off a withdrawal that was not paid', async () => {
    const d = await loadFixture(hostile)
    for (const [mode, error] of [
      [Mode.Lies, 'InexactTransfer'],
      [Mode.ReturnsFalse, 'SafeERC20FailedOperation'],
    ] as const) {
      await d.bad.setMode(mode)
      await expect(d.ledger.connect(d.buyer).withdraw(d.bad, d.buyer)).to.be.revertedWithCustomError(
        d.ledger,
        error,
      )
    }
    expect(await d.ledger.balanceOf(d.bad, d.buyer)).to.equal(AMOUNT)
  })

  it('credits nobody with what a token adds by itself (rebasing)', async () => {
    const d = await loadFixture(hostile)
    await d.bad.mint(d.ledger, AMOUNT)
    expect([...(await d.ledger.balancesOf(d.bad, [d.buyer, d.seller]))]).to.deep.equal([AMOUNT, AMOUNT])
    await d.ledger.connect(d.buyer).withdraw(d.bad, d.buyer)
    expect(await d.bad.balanceOf(d.ledger)).to.equal(2n * AMOUNT)
  })

  it('pays while there is something when a token shrinks, and no other token for it', async () => {
    const d = await loadFixture(hostile)
    await prefund(d, d.stranger, AMOUNT)
    await d.bad.burn(d.ledger, AMOUNT)
    await d.ledger.connect(d.seller).requestWithdrawal(d.bad, AMOUNT)
    await time.increase(await d.ledger.withdrawalDelay())
    await d.ledger.connect(d.buyer).withdraw(d.bad, d.buyer)
    await expect(d.ledger.connect(d.seller).withdraw(d.bad, d.seller)).to.be.revertedWithCustomError(
      d.bad,
      'ERC20InsufficientBalance',
    )
    expect(await d.ledger.balanceOf(d.bad, d.seller)).to.equal(AMOUNT)
    expect(await d.ledger.balanceOf(d.token, d.stranger)).to.equal(AMOUNT)
  })

  it('pays a blocked account at another address, and keeps its balance until it names one', async () => {
    const d = await loadFixture(hostile)
    await d.bad.setBlocked(d.buyer, true)
    await expect(d.ledger.connect(d.buyer).withdraw(d.bad, d.buyer)).to.be.revertedWith('blocked')
    await expect(d.ledger.connect(d.buyer).deposit(d.bad, d.buyer, 1n)).to.be.revertedWith('blocked')
    expect(await d.ledger.balanceOf(d.bad, d.buyer)).to.equal(AMOUNT)
    await d.ledger.connect(d.buyer).withdraw(d.bad, d.stranger)
    expect(await d.bad.balanceOf(d.stranger)).to.equal(AMOUNT)
  })

  it('moves balances of a token that blocks the ledger itself', async () => {
    const d = await loadFixture(hostile)
    await d.bad.setBlocked(d.ledger, true)
    await d.ledger.connect(d.module).move(d.bad, d.buyer, d.seller, AMOUNT, 0n)
    expect(await d.ledger.balanceOf(d.bad, d.seller)).to.equal(2n * AMOUNT)
  })

  it('works with a token whose transfers return nothing', async () => {
    const d = await loadFixture(hostile)
    const old = await ethers.deployContract('NoReturnToken')
    await old.mint(d.buyer, AMOUNT)
    await old.connect(d.buyer).approve(d.ledger, AMOUNT)
    await d.ledger.connect(d.buyer).deposit(old, d.buyer, AMOUNT)
    await d.ledger.connect(d.buyer).requestWithdrawal(old, AMOUNT)
    await time.increase(await d.ledger.withdrawalDelay())
    await d.ledger.connect(d.buyer).withdraw(old, d.seller)
    expect(await old.balanceOf(d.seller)).to.equal(AMOUNT)
  })
})

describe('Ledger: tokens that call back', () => {
  it('does not count one transfer as two deposits', async () => {
    const d = await loadFixture(hostile)
    await d.reenter(
      d.ledger.interface.encodeFunctionData('deposit', [d.addresses.token, d.seller.address, 0n]),
    )
    await d.ledger.connect(d.buyer).deposit(d.bad, d.buyer, AMOUNT)
    await d.refusedReentry()
    expect(await d.ledger.balanceOf(d.bad, d.buyer)).to.equal(2n * AMOUNT)
  })

  it('does not pay out in the middle of a payment', async () => {
    const d = await loadFixture(hostile)
    const token = await d.bad.getAddress()
    await d.reenter(d.ledger.interface.encodeFunctionData('withdraw', [token, d.buyer.address]))
    await d.ledger.connect(d.buyer).withdraw(d.bad, d.buyer)
    await d.refusedReentry()
    expect(await d.bad.balanceOf(d.ledger)).to.equal(AMOUNT)
  })

  it('finds the account already charged while it is being paid', async () => {
    const d = await loadFixture(hostile)
    const token = await d.bad.getAddress()
    await d.reenter(d.ledger.interface.encodeFunctionData('balanceOf', [token, d.buyer.address]))
    await d.ledger.connect(d.buyer).withdraw(d.bad, d.buyer)
    expect(BigInt(await d.bad.result())).to.equal(0n)
  })
})
