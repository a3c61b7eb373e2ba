import { ethers, expect, type Governed, governed, loadFixture, time } from '../MeshGovernor/fixture.ts'

async function sign(d: Governed, deadline: number) {
  const { name, version, chainId, verifyingContract } = await d.votes.eip712Domain()
  const types = {
    Permit: [
      { name: 'owner', type: 'address' },
      { name: 'spender', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint256' },
      { name: 'deadline', type: 'uint256' },
    ],
  }
  const message = { owner: d.whale.address, spender: d.stranger.address, value: 5n, nonce: 0n, deadline }
  const domain = { name, version, chainId, verifyingContract }
  return ethers.Signature.from(await d.whale.signTypedData(domain, types, message))
}

describe('MeshToken: permit', () => {
  it('approves by signature, once', async () => {
    const d = await loadFixture(governed)
    const deadline = (await time.latest()) + 86_400
    const { v, r, s } = await sign(d, deadline)
    const permit = () => d.votes.permit(d.whale, d.stranger, 5n, deadline, v, r, s)
    await permit()
    expect(await d.votes.allowance(d.whale, d.stranger)).to.equal(5n)
    await expect(permit()).to.be.revertedWithCustomError(d.votes, 'ERC2612InvalidSigner')
  })

  it('expires', async () => {
    const d = await loadFixture(governed)
    const deadline = (await time.latest()) - 1
    const { v, r, s } = await sign(d, deadline)
    await expect(d.votes.permit(d.whale, d.stranger, 5n, deadline, v, r, s))
      .to.be.revertedWithCustomError(d.votes, 'ERC2612ExpiredSignature')
      .withArgs(deadline)
  })
})
