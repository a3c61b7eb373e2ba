import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { requireHardhat } from '../../community/chain.ts'
import { lockDirectory } from '../../indexer/store/directory-lock.ts'
import { MeshError } from '../../protocol/errors.ts'
import { signatureBackend } from '../../protocol/signature.ts'
import { readArtifact } from '../../scripts/deploy/artifact.ts'
import { CONTRACTS } from '../../scripts/deploy/contracts.ts'
import { DEFAULT_PORT } from '../default-port.ts'
import { isPortFree } from '../free-port.ts'
import { checkNodeVersion } from '../node-version.ts'
import { missingPackages } from '../optional-packages.ts'
import { STATE_ROOT } from '../state-root.ts'

export type Status = 'ok' | 'warn' | 'fail'

/** What a check found, and what to do about it. */
export interface Finding {
  name: string
  status: Status
  detail: string
  remedy?: string
}

/** Every check; one that throws has failed. */
export const checks: { name: string; run: () => Promise<Omit<Finding, 'name'>> }[] = [
  { name: 'node', run: async () => checkNode() },
  { name: 'signatures', run: async () => checkSignatures() },
  { name: 'quic', run: checkQuic },
  { name: 'hardhat', run: async () => checkHardhat() },
  { name: 'packages', run: async () => checkPackages() },
  { name: 'contracts', run: async () => checkContracts() },
  { name: 'loopback', run: checkLoopback },
  { name: 'port', run: checkPort },
  { name: 'state', run: checkState },
  { name: 'lock', run: async () => checkLock() },
]

function checkNode(): Omit<Finding, 'name'> {
  const outdated = checkNodeVersion(process.versions.node)
  if (outdated === undefined) return { status: 'ok', detail: `Node ${process.versions.node}` }
  return { status: 'fail', detail: outdated }
}

function checkSignatures(): Omit<Finding, 'name'> {
  if (signatureBackend === 'libsecp256k1') return { status: 'ok', detail: `${signatureBackend}, native` }
  return {
    status: 'warn',
    detail: `${signatureBackend}: everything works, at a fraction of the speed`,
    remedy: 'The native library comes ready-made for Linux x64, macOS arm64 and Windows x64.',
  }
}

async function checkQuic(): Promise<Omit<Finding, 'name'>> {
  try {
    await import('@chainsafe/libp2p-quic')
    return { status: 'ok', detail: 'the transport loads' }
  } catch (error) {
    return {
      status: 'fail',
      detail: `the transport does not load: ${error instanceof Error ? error.message : error}`,
      remedy: 'Install the dependencies again, under this Node and without --omit=optional.',
    }
  }
}

function checkHardhat(): Omit<Finding, 'name'> {
  try {
    requireHardhat()
    return { status: 'ok', detail: 'installed: the local chain can run' }
  } catch (error) {
    return { status: 'fail', detail: 'not installed: no local chain', remedy: remedyOf(error) }
  }
}

function checkPackages(): Omit<Finding, 'name'> {
  const missing = missingPackages()
  if (missing.length === 0) return { status: 'ok', detail: 'all optional ones are installed' }
  const remedy = `npm install ${missing.join(' ')}`
  return { status: 'warn', detail: `${missing.length} optional ones are missing, for some commands`, remedy }
}

function checkContracts(): Omit<Finding, 'name'> {
  try {
    for (const { source } of CONTRACTS) readArtifact(source)
    return { status: 'ok', detail: 'compiled' }
  } catch (error) {
    return { status: 'fail', detail: 'not compiled', remedy: remedyOf(error) }
  }
}

async function checkLoopback(): Promise<Omit<Finding, 'name'>> {
  const tcp = createServer()
  const udp = createSocket('udp4')
  try {
    const listening = Promise.all([once(tcp, 'listening'), once(udp, 'listening')])
    tcp.listen(0, '127.0.0.1')
    udp.bind(0, '127.0.0.1')
    await listening
    return { status: 'ok', detail: '127.0.0.1 can be listened at, over TCP and UDP' }
  } catch (error) {
    return {
      status: 'fail',
      detail: `127.0.0.1 cannot be listened at: ${error instanceof Error ? error.message : error}`,
      remedy: 'Allow this program to open sockets on the loopback interface.',
    }
  } finally {
    tcp.close()
    udp.close()
  }
}

async function checkPort(): Promise<Omit<Finding, 'name'>> {
  if (await isPortFree(DEFAULT_PORT)) return { status: 'ok', detail: `${DEFAULT_PORT}, the API's, is free` }
  return {
    status: 'warn',
    detail: `${DEFAULT_PORT}, the API's, is taken`,
    remedy: '`mesh up` takes the next free one; choose one with --port.',
  }
}

async function checkState(): Promise<Omit<Finding, 'name'>> {
  const parent = existsSync(STATE_ROOT) ? STATE_ROOT : dirname(STATE_ROOT)
  try {
    await rm(await mkdtemp(join(parent, '.doctor-')), { recursive: true })
    return { status: 'ok', detail: `${STATE_ROOT} can be written` }
  } catch (error) {
    return {
      status: 'fail',
      detail: `${STATE_ROOT} cannot be written: ${error instanceof Error ? error.message : error}`,
      remedy: 'Call mesh in a folder of your own.',
    }
  }
}

/** Takes the lock if it is left over from a process that is gone, which clears it. */
function checkLock(): Omit<Finding, 'name'> {
  if (!existsSync(join(STATE_ROOT, 'lock'))) return { status: 'ok', detail: 'no market runs here' }
  try {
    lockDirectory(STATE_ROOT).release()
    return { status: 'warn', detail: 'a lock was left over from a process that is gone; it has been removed' }
  } catch (error) {
    if (!(error instanceof MeshError)) throw error
    return { status: 'ok', detail: `a market runs here, ${error.received}` }
  }
}

function remedyOf(error: unknown): string {
  return (error instanceof MeshError && error.remedy) || String(error)
}
