import { TypedDataEncoder } from 'ethers'
import { expect, loadFixture } from '../base.ts'
import { deployLearning, domainOf, learningTypes, newTask } from './fixture.ts'

describe('LearningRegistry: hashes', () => {
  it('knows a task by its EIP-712 digest', async () => {
    const d = await loadFixture(deployLearning)
    const task = await newTask(d, { nonce: 2n ** 256n - 1n, trim: 2n })
    const digest = TypedDataEncoder.hash(await domainOf(d.addresses.rounds), learningTypes, task)
    expect(await d.rounds.idOf(task)).to.equal(digest)
  })

  it('takes any other term for another task', async () => {
    const d = await loadFixture(deployLearning)
    const task = await newTask(d)
    const ids = new Set([await d.rounds.idOf(task)])
    for (const { name, type } of learningTypes.LearningTask) {
      const other = type === 'address' ? d.stranger.address : type === 'bytes32' ? `0x${'11'.repeat(32)}` : 2n
      ids.add(await d.rounds.idOf({ ...task, [name]: name === 'rule' ? 0n : other }))
    }
    expect(ids.size).to.equal(1 + learningTypes.LearningTask.length)
  })

  it('separates the domains of registry and panel', async () => {
    const d = await loadFixture(deployLearning)
    expect(await d.rounds.domainSeparator()).to.equal(
      TypedDataEncoder.hashDomain(await domainOf(d.addresses.rounds)),
    )
    expect(await d.panel.domainSeparator()).to.equal(
      TypedDataEncoder.hashDomain(await domainOf(d.addresses.panel)),
    )
  })
})
