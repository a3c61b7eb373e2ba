import { DAY, ethers, expect, governed, loadFixture, percent, settings, TIMELOCK_DELAY } from './fixture.ts'

describe('MeshGovernor: constructor', () => {
  it('remembers token, timelock and settings', async () => {
    const d = await loadFixture(governed)
    expect(await d.governor.token()).to.equal(await d.votes.getAddress())
    expect(await d.governor.timelock()).to.equal(await d.timelock.getAddress())
    expect(await d.governor.votingDelay()).to.equal(settings.votingDelay)
    expect(await d.governor.votingPeriod()).to.equal(settings.votingPeriod)
    expect(await d.governor.lateQuorumVoteExtension()).to.equal(settings.voteExtension)
    expect(await d.governor.proposalThreshold()).to.equal(settings.proposalThreshold)
    expect(await d.governor['quorumNumerator()']()).to.equal(settings.quorumPercent)
    expect(await d.governor.CLOCK_MODE()).to.equal('mode=timestamp')
    expect(await d.governor.name()).to.equal('MESH Governor')
  })

  const bounds = [
    { setting: 'votingDelay', min: BigInt(DAY), max: BigInt(7 * DAY) },
    { setting: 'votingPeriod', min: BigInt(3 * DAY), max: BigInt(14 * DAY) },
    { setting: 'voteExtension', min: BigInt(DAY), max: BigInt(settings.votingPeriod) },
    { setting: 'proposalThreshold', min: 0n, max: percent(1n) },
    { setting: 'quorumPercent', min: 2n, max: 25n },
  ]
  for (const { setting, min, max } of bounds) {
    it(`takes ${setting} from ${min} to ${max} and nothing beyond`, async () => {
      const d = await loadFixture(governed)
      const deploy = (value: bigint) =>
        ethers.deployContract('MeshGovernor', [d.votes, d.timelock, { ...settings, [setting]: value }])
      await deploy(min)
      await deploy(max)
      const outside = min === 0n ? [max + 1n] : [min - 1n, max + 1n]
      for (const value of outside) {
        await expect(deploy(value))
          .to.be.revertedWithCustomError(d.governor, 'SettingOutOfBounds')
          .withArgs(ethers.encodeBytes32String(setting), value, min, max)
      }
    })
  }

  it('leaves the timelock to nobody but the governor, the guardian and itself', async () => {
    const d = await loadFixture(governed)
    const [admin, proposers, cancellers, executors] = await Promise.all([
      d.timelock.DEFAULT_ADMIN_ROLE(),
      d.timelock.PROPOSER_ROLE(),
      d.timelock.CANCELLER_ROLE(),
      d.timelock.EXECUTOR_ROLE(),
    ])
    const held = new Map<string, Set<string>>()
    for (const event of await d.timelock.queryFilter(d.timelock.filters.RoleGranted())) {
      const role = event.args.role
      held.set(role, (held.get(role) ?? new Set()).add(event.args.account))
    }
    for (const event of await d.timelock.queryFilter(d.timelock.filters.RoleRevoked())) {
      held.get(event.args.role)?.delete(event.args.account)
    }
    const [timelock, governor, guardian] = await Promise.all([
      d.timelock.getAddress(),
      d.governor.getAddress(),
      d.guardian.getAddress(),
    ])
    expect(held.get(admin)).to.deep.equal(new Set([timelock]))
    expect(held.get(proposers)).to.deep.equal(new Set([governor]))
    expect(held.get(cancellers)).to.deep.equal(new Set([governor, guardian]))
    expect(held.get(executors)).to.deep.equal(new Set([ethers.ZeroAddress]))
    expect(held.size).to.equal(4)
    expect(await d.timelock.getMinDelay()).to.equal(TIMELOCK_DELAY)
  })
})
