import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { createPublicClient, createTestClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type LocalChain, startChain } from '../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import { intentEscrowAbi, ledgerAbi, meshDirectoryAbi } from '../../protocol/abis/index.ts'
import { escrowDomain, meshDomain, parseDeployment } from '../../protocol/deployment.ts'
import { domainSeparator } from '../../protocol/eip712.ts'
import { findRoleFault } from '../../scripts/deploy/roles.ts'
import { deploy } from '../../scripts/deploy.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

const account = privateKeyToAccount(DEVELOPMENT_KEY)

describe('deploy', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  let chain: LocalChain
  const client = () => createPublicClient({ transport: http(chain.rpcUrl), cacheTime: 0 })
  const sent = () => client().getTransactionCount({ address: account.address })

  before(async () => {
    chain = await startChain(files.path('chain.log'))
  })
  after(() => chain.stop())

  it('deploys contracts that know one another', async () => {
    const deployment = await deploy({ rpcUrl: chain.rpcUrl, account })
    expect(parseDeployment(deployment)).to.deep.equal(deployment)
    const { treasury, intentEscrow, identityRegistry } = deployment.contracts
    const read = { address: treasury, abi: ledgerAbi } as const
    expect(await client().readContract({ ...read, functionName: 'isModule', args: [intentEscrow] })).to.equal(
      true,
    )
    expect(
      await client().readContract({ ...read, functionName: 'isModule', args: [identityRegistry] }),
    ).to.equal(false)
    const fee = await client().readContract({
      address: intentEscrow,
      abi: intentEscrowAbi,
      functionName: 'feeBps',
    })
    expect(fee).to.equal(25)
  })

  it('deploys contracts with the domains that agents sign for: directory off-chain, escrow on-chain', async () => {
    const deployment = await deploy({ rpcUrl: chain.rpcUrl, account })
    const { meshDirectory, intentEscrow } = deployment.contracts
    const read = { functionName: 'domainSeparator' } as const
    expect(
      await client().readContract({ ...read, address: meshDirectory, abi: meshDirectoryAbi }),
      'off-chain',
    ).to.equal(domainSeparator(meshDomain(deployment)))
    expect(
      await client().readContract({ ...read, address: intentEscrow, abi: intentEscrowAbi }),
      'on-chain',
    ).to.equal(domainSeparator(escrowDomain(deployment)))
  })

  it('begins with intents that live for less time than a withdrawal from the ledger takes', async () => {
    const { contracts } = await deploy({ rpcUrl: chain.rpcUrl, account })
    const delay = await client().readContract({
      address: contracts.treasury,
      abi: ledgerAbi,
      functionName: 'withdrawalDelay',
    })
    const { maxIntentLife } = await client().readContract({
      address: contracts.meshDirectory,
      abi: meshDirectoryAbi,
      functionName: 'spamRules',
    })
    expect(delay).to.be.above(maxIntentLife)
  })

  it('sends nothing when what it finds stands', async () => {
    const earlier = await deploy({ rpcUrl: chain.rpcUrl, account })
    const before = await sent()
    const steps: string[] = []
    const again = await deploy({ rpcUrl: chain.rpcUrl, account, earlier, onStep: (step) => steps.push(step) })
    expect(again).to.equal(earlier)
    expect(await sent()).to.equal(before)
    expect(steps.join()).to.include('nothing was sent')
  })

  it('gives every deployment a salt of its own', async () => {
    const one = await deploy({ rpcUrl: chain.rpcUrl, account })
    const two = await deploy({ rpcUrl: chain.rpcUrl, account })
    expect(one.salt).to.not.equal(two.salt)
  })

  it('deploys anew when the code at an address is another one, and says so', async () => {
    const earlier = await deploy({ rpcUrl: chain.rpcUrl, account })
    const tester = createTestClient({ mode: 'hardhat', transport: http(chain.rpcUrl) })
    await tester.setCode({ address: earlier.contracts.treasury, bytecode: '0x00' })
    const steps: string[] = []
    const anew = await deploy({ rpcUrl: chain.rpcUrl, account, earlier, onStep: (step) => steps.push(step) })
    expect(anew.contracts.treasury).to.not.equal(earlier.contracts.treasury)
    expect(steps[0]).to.include(earlier.contracts.treasury).and.include('Treasury.sol')
  })

  it('deploys anew on a chain with another genesis', async () => {
    const earlier = await deploy({ rpcUrl: chain.rpcUrl, account })
    const steps: string[] = []
    const elsewhere = { ...earlier, genesisHash: earlier.salt }
    await deploy({ rpcUrl: chain.rpcUrl, account, earlier: elsewhere, onStep: (step) => steps.push(step) })
    expect(steps[0]).to.include('genesis')
  })

  it('tells when the deployer kept a role, or votes were given none', async () => {
    const deployment = await deploy({ rpcUrl: chain.rpcUrl, account })
    const { guardian, timelock } = deployment.contracts
    expect(await findRoleFault(client(), deployment, account.address)).to.equal(undefined)
    // The timelock is its own administrator for ever: as a deployer it stands for one that has not given it up.
    expect(await findRoleFault(client(), deployment, timelock ?? '0x')).to.equal(
      `${timelock} has still the timelock's DEFAULT_ADMIN_ROLE`,
    )
    const swapped = { ...deployment, contracts: { ...deployment.contracts, meshGovernor: guardian ?? '0x' } }
    expect(await findRoleFault(client(), swapped as typeof deployment, account.address)).to.equal(
      `${guardian} has not the timelock's PROPOSER_ROLE`,
    )
  })

  it('names an account without gas money', async () => {
    const poor = privateKeyToAccount(`0x${'11'.repeat(32)}`)
    const error = await deploy({ rpcUrl: chain.rpcUrl, account: poor }).catch((caught: unknown) => caught)
    expect(error).to.include({ name: 'ChainError', code: 'DEPLOYMENT_FAILED' })
    expect((error as Error).message).to.include('gas money')
  })

  it('does not tell the URL of a chain that does not answer, which may hold a key', async () => {
    const rpcUrl = 'http://127.0.0.1:1/v2/secret-key'
    const error = await deploy({ rpcUrl, account }).catch((caught: unknown) => caught)
    expect(error).to.include({ code: 'CHAIN_UNREACHABLE' })
    expect((error as Error).message).to.not.include('secret')
  })
})

describe('the deploy command', function () {
  this.timeout(60_000)
  const files = temporaryDirectory()
  const deployments = fileURLToPath(new URL('../../protocol/deployments', import.meta.url))
  const file = `${deployments}/31337.json`
  let chain: LocalChain
  const run = (env: object) =>
    promisify(execFile)(
      process.execPath,
      [fileURLToPath(new URL('../../scripts/deploy.ts', import.meta.url))],
      {
        env: { ...process.env, MESH_RPC_URL: chain.rpcUrl, ...env },
        timeout: 30_000,
      },
    )
  let kept: string | undefined

  before(async () => {
    kept = await readFile(file, 'utf8').catch(() => undefined)
    await rm(file, { force: true })
    chain = await startChain(files.path('chain.log'))
  })
  after(async () => {
    await chain.stop()
    await rm(file, { force: true })
    if (kept !== undefined) await writeFile(file, kept)
  })

  it('writes the addresses, leaves nothing else behind, and is safe to run twice', async () => {
    const first = await run({})
    const written = JSON.parse(await readFile(file, 'utf8'))
    expect(JSON.parse(first.stdout)).to.deep.equal(written)
    const second = await run({})
    expect(second.stderr).to.include('nothing was sent')
    expect(JSON.parse(second.stdout)).to.deep.equal(written)
    expect((await readdir(deployments)).filter((name) => name.endsWith('.tmp'))).to.deep.equal([])
  })

  it('replaces a file that cannot be used', async () => {
    await writeFile(file, '{"chainId": 3')
    await run({})
    expect(parseDeployment(JSON.parse(await readFile(file, 'utf8'))).chainId).to.equal(31337)
  })

  it('refuses a key that is none without printing it', async () => {
    const secret = `0x${'ab'.repeat(31)}`
    const error = await run({ MESH_DEPLOYER_KEY: secret }).catch((caught: unknown) => caught)
    expect(error).to.include({ code: 1 })
    const { stdout, stderr } = error as { stdout: string; stderr: string }
    expect(stderr).to.include('MESH_DEPLOYER_KEY')
    expect(stdout + stderr).to.not.include(secret.slice(2, 20))
  })

  it('takes the key from a file, and says which file it cannot read', async () => {
    await rm(file, { force: true })
    await writeFile(files.path('key'), `${'11'.repeat(32)}\n`)
    const poor = await run({ MESH_DEPLOYER_KEY_FILE: files.path('key') }).catch((caught: unknown) => caught)
    expect((poor as { stderr: string }).stderr, 'another account than the one that has money').to.include(
      'gas money',
    )
    const missing = await run({ MESH_DEPLOYER_KEY_FILE: files.path('none') }).catch(
      (caught: unknown) => caught,
    )
    expect((missing as { stderr: string }).stderr)
      .to.include('MESH_DEPLOYER_KEY_FILE')
      .and.include('ENOENT')
  })

  it('refuses a number of confirmations that is none', async () => {
    const error = await run({ MESH_CONFIRMATIONS: '0' }).catch((caught: unknown) => caught)
    expect((error as { stderr: string }).stderr)
      .to.include('MESH_CONFIRMATIONS')
      .and.include('Received: 0')
  })

  it('leaves no file when it could not deploy', async () => {
    await rm(file, { force: true })
    await run({ MESH_DEPLOYER_KEY: `0x${'11'.repeat(32)}` }).catch(() => undefined)
    expect(existsSync(file)).to.equal(false)
  })
})
