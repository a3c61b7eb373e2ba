import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { State } from '../../cli/state.ts'
import { writeJson } from '../../community/write-json.ts'
import type { Deployment } from '../../protocol/deployment.ts'
import type { Hex } from '../../protocol/types.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

const hash = (digit: string): Hex => `0x${digit.repeat(64)}`
const address = (digit: string): Hex => `0x${digit.repeat(40)}`

function deployment(genesisHash: Hex): Deployment {
  return {
    chainId: 31337,
    genesisHash,
    salt: hash('5'),
    fromBlock: 1,
    contracts: {
      identityRegistry: address('1'),
      treasury: address('3'),
      intentEscrow: address('4'),
      testDollar: address('5'),
      reputationRegistry: address('6'),
      meshDirectory: address('7'),
    },
  }
}

describe('State', () => {
  const files = temporaryDirectory()
  let count = 0
  const open = (root: string) => new State(files.path(root))

  /** A market that ran once, with a home's key and journal. */
  async function ran(root: string, genesisHash: Hex) {
    using state = open(root)
    const folder = await state.folder(genesisHash, false)
    mkdirSync(`${folder.homes}/a`)
    files.write(`${folder.homes.slice(files.path('').length)}/a/key`, 'secret')
    files.write(`${folder.homes.slice(files.path('').length)}/a/deals.jsonl`, '{}\n')
    await folder.saveDeployment(deployment(genesisHash))
    await writeJson(state.networkFile, { deployment: deployment(genesisHash) })
    return folder
  }

  beforeEach(() => {
    count += 1
  })

  it('is for one market at a time', () => {
    using _first = open(`one-${count}`)
    expect(() => open(`one-${count}`))
      .to.throw(String(process.pid))
      .and.include({ code: 'DIRECTORY_LOCKED' })
      .with.property('remedy')
      .that.includes('`mesh up` in another')
  })

  it('starts fresh', async () => {
    const before = await ran(`fresh-${count}`, hash('a'))
    using state = open(`fresh-${count}`)
    const after = await state.folder(hash('b'), false)
    expect(existsSync(before.homes)).to.equal(false)
    expect(existsSync(`${after.homes}/a/key`)).to.equal(false)
    expect(after.earlier).to.equal(undefined)
  })

  it('starts fresh without taking from a relay the key by which others know it', async () => {
    const before = await ran(`relay-${count}`, hash('a'))
    mkdirSync(files.path(`relay-${count}/relay`))
    files.write(`relay-${count}/relay/key`, 'secret')
    using state = open(`relay-${count}`)
    await state.folder(hash('b'), false)
    expect(existsSync(before.homes)).to.equal(false)
    expect(readFileSync(files.path(`relay-${count}/relay/key`), 'utf8')).to.equal('secret')
  })

  it("keeps the homes' keys and their history for a new chain when told so", async () => {
    const before = await ran(`keep-${count}`, hash('a'))
    using state = open(`keep-${count}`)
    const after = await state.folder(hash('b'), true)
    expect(readFileSync(`${after.homes}/a/key`, 'utf8')).to.equal('secret')
    expect(existsSync(`${after.homes}/a/deals.jsonl`), 'deals of another chain').to.equal(false)
    expect(existsSync(`${before.homes}/a/deals.jsonl`), 'history').to.equal(true)
    expect(after.earlier).to.equal(undefined)
  })

  it('goes on with everything on the same chain when told so', async () => {
    await ran(`same-${count}`, hash('a'))
    using state = open(`same-${count}`)
    const after = await state.folder(hash('a'), true)
    expect(existsSync(`${after.homes}/a/deals.jsonl`)).to.equal(true)
    expect(after.earlier).to.deep.equal(deployment(hash('a')))
  })

  it('starts fresh on the same chain too when not told so', async () => {
    await ran(`again-${count}`, hash('a'))
    using state = open(`again-${count}`)
    const after = await state.folder(hash('a'), false)
    expect(existsSync(`${after.homes}/a/key`)).to.equal(false)
    expect(after.earlier).to.equal(undefined)
  })
})
