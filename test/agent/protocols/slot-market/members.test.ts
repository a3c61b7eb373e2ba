import { expect } from 'chai'
import { connectChain } from '../../../../agent/chain/client.ts'
import { MAX_ORDERS } from '../../../../agent/protocols/slot-market/constants.ts'
import { Members } from '../../../../agent/protocols/slot-market/members.ts'
import { parseDeployment } from '../../../../protocol/deployment.ts'
import type { Address } from '../../../../protocol/types.ts'
import { type EnergyChain, meterOf, startEnergyChain } from '../../../e2e/support/energy-market.ts'
import { type Relay, startRelay } from '../../../indexer/support/relay.ts'

const account = (index: number): Address => `0x${(index + 1).toString(16).padStart(40, '0')}`
const MEMBER = account(0)
const yes = () => true

describe('what the chain says of members of a market', function () {
  this.timeout(60_000)
  let energy: EnergyChain
  let relay: Relay
  let members: Members

  before(async () => {
    energy = await startEnergyChain()
    const { deployment, rpcUrl } = energy.base.descriptor()
    relay = await startRelay(rpcUrl)
    const chain = await connectChain(relay.url, parseDeployment(deployment))
    const { id } = await energy.create([{ address: MEMBER, tariff: 7n }])
    members = new Members({ chain, house: energy.house, market: id })
  })
  after(async () => {
    relay?.stop()
    await energy?.stop()
  })

  it('is remembered, and asked anew before somebody is refused', async () => {
    let asked = 0
    relay.before = async () => {
      asked += 1
    }
    const meter = meterOf(MEMBER).address
    expect(await members.of(MEMBER, yes)).to.deep.equal({ admitted: true, tariff: 7n, meter })
    const first = asked
    await members.of(MEMBER, yes)
    expect(asked).to.equal(first)
    expect(await members.of(account(1), yes)).to.include({ admitted: false })
  })

  it('is asked about so many strangers at a time, and about members all the same', async () => {
    await members.of(MEMBER, yes)
    const released = Promise.withResolvers<void>()
    relay.before = () => released.promise
    const answers = Array.from({ length: MAX_ORDERS + 36 }, (_, index) =>
      members.of(account(100 + index), yes).then(
        () => 'told',
        ({ code }: { code: string }) => code,
      ),
    )
    expect(await members.of(MEMBER, yes), 'who is known').to.include({ admitted: true })
    const member = members.fresh(MEMBER)
    released.resolve()
    expect(await member).to.include({ admitted: true })
    const all = await Promise.all(answers)
    expect(all.filter((answer) => answer === 'told')).to.have.lengthOf(MAX_ORDERS)
    expect(all.filter((answer) => answer === 'TOO_MANY_STRANGERS')).to.have.lengthOf(36)
    expect(await members.of(account(99 + MAX_ORDERS + 36), yes), 'when the others are through').to.include({
      admitted: false,
    })
  })
})
