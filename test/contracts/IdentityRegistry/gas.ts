/** What it costs to become an agent. */
import { Wallet } from 'ethers'
import { deploy, loadFixture, register, signAgentWallet, time } from '../base.ts'
import { type GasRow, gasOf } from '../gas.ts'

const URI = 'https://example.org/agents/0123456789abcdef/registration-file.json'

export async function identityRows(): Promise<GasRow[]> {
  const d = await loadFixture(deploy)
  await register(d, d.stranger)
  const agentId = await d.registry.connect(d.owner)['register(string)'].staticCall(URI)
  const registered = await gasOf(d.registry.connect(d.owner)['register(string)'](URI))
  const wallet = Wallet.createRandom()
  const deadline = (await time.latest()) + 240
  const message = { agentId, newWallet: wallet.address, owner: d.owner.address, deadline }
  const signature = await signAgentWallet(d, wallet, message)
  const bound = await gasOf(d.registry.connect(d.owner).setAgentWallet(agentId, wallet, deadline, signature))
  return [
    {
      row: 'register + bind a key',
      gas: registered + bound,
      note: `URI of ${URI.length} bytes, an owner's first agent, a key that was never bound, ECDSA`,
    },
  ]
}
