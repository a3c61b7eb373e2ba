import {
  call,
  DAY,
  decide,
  ethers,
  execute,
  expect,
  governed,
  loadFixture,
  percent,
  queued,
  settings,
  time,
} from './fixture.ts'

type Setter =
  | 'setVotingDelay'
  | 'setVotingPeriod'
  | 'setProposalThreshold'
  | 'updateQuorumNumerator'
  | 'setLateQuorumVoteExtension'

/** Each setting: what may be voted, and what may not. */
const cases: { setter: Setter; setting: string; value: bigint; outside: bigint; min: bigint; max: bigint }[] =
  [
    {
      setter: 'setVotingDelay',
      setting: 'votingDelay',
      value: BigInt(3 * DAY),
      outside: 0n,
      min: BigInt(DAY),
      max: BigInt(7 * DAY),
    },
    {
      setter: 'setVotingPeriod',
      setting: 'votingPeriod',
      value: BigInt(7 * DAY),
      outside: 1n,
      min: BigInt(3 * DAY),
      max: BigInt(14 * DAY),
    },
    {
      setter: 'setProposalThreshold',
      setting: 'proposalThreshold',
      value: 0n,
      outside: percent(100n),
      min: 0n,
      max: percent(1n),
    },
    {
      setter: 'updateQuorumNumerator',
      setting: 'quorumPercent',
      value: 10n,
      outside: 100n,
      min: 2n,
      max: 25n,
    },
    {
      setter: 'setLateQuorumVoteExtension',
      setting: 'voteExtension',
      value: BigInt(DAY),
      outside: 0n,
      min: BigInt(DAY),
      max: BigInt(settings.votingPeriod),
    },
  ]

describe('MeshGovernor: settings', () => {
  for (const { setter, setting, value, outside, min, max } of cases) {
    const encode = (d: Awaited<ReturnType<typeof governed>>, argument: bigint) =>
      d.governor.interface.encodeFunctionData(setter as 'setVotingDelay', [argument])

    it(`${setter} is for votes alone`, async () => {
      const d = await loadFixture(governed)
      const transaction = { to: await d.governor.getAddress(), data: encode(d, value) }
      for (const caller of [d.deployer, d.keeper, d.whale] as const) {
        await expect((caller as typeof d.deployer).sendTransaction(transaction))
          .to.be.revertedWithCustomError(d.governor, 'GovernorOnlyExecutor')
          .withArgs(caller)
      }
    })

    it(`${setter} within its bounds`, async () => {
      const d = await loadFixture(governed)
      await decide(d, call(await d.governor.getAddress(), encode(d, value)))
      const read = {
        votingDelay: () => d.governor.votingDelay(),
        votingPeriod: () => d.governor.votingPeriod(),
        proposalThreshold: () => d.governor.proposalThreshold(),
        quorumPercent: () => d.governor['quorumNumerator()'](),
        voteExtension: () => d.governor.lateQuorumVoteExtension(),
      }[setting]
      expect(await read?.()).to.equal(value)
    })

    it(`${setter} not beyond them, whatever was voted`, async () => {
      const d = await loadFixture(governed)
      const proposal = call(await d.governor.getAddress(), encode(d, outside))
      const id = await queued(d, proposal)
      await time.increaseTo(await d.governor.proposalEta(id))
      await expect(execute(d, proposal))
        .to.be.revertedWithCustomError(d.governor, 'SettingOutOfBounds')
        .withArgs(ethers.encodeBytes32String(setting), outside, min, max)
    })
  }

  it('keeps the quorum of a vote that runs already', async () => {
    const d = await loadFixture(governed)
    const before = await time.latest()
    await decide(
      d,
      call(
        await d.governor.getAddress(),
        d.governor.interface.encodeFunctionData('updateQuorumNumerator', [10]),
      ),
    )
    expect(await d.governor.quorum(before)).to.equal(percent(4n))
    await time.increase(1)
    expect(await d.governor.quorum((await time.latest()) - 1)).to.equal(percent(10n))
  })

  it('updateTimelock never: the directory belongs to this one', async () => {
    const d = await loadFixture(governed)
    await expect(d.governor.updateTimelock(d.stranger)).to.be.revertedWithCustomError(
      d.governor,
      'TimelockFixed',
    )
    const data = d.governor.interface.encodeFunctionData('updateTimelock', [d.whale.address])
    const proposal = call(await d.governor.getAddress(), data)
    const id = await queued(d, proposal)
    await time.increaseTo(await d.governor.proposalEta(id))
    await expect(execute(d, proposal)).to.be.revertedWithCustomError(d.governor, 'TimelockFixed')
  })

  it('relay is for votes alone', async () => {
    const d = await loadFixture(governed)
    await expect(d.governor.relay(d.stranger, 0, '0x')).to.be.revertedWithCustomError(
      d.governor,
      'GovernorOnlyExecutor',
    )
  })
})
