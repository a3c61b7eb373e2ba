import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeJson } from '../community/write-json.ts'
import { type DirectoryLock, lockDirectory } from '../indexer/store/directory-lock.ts'
import { type Deployment, parseDeployment } from '../protocol/deployment.ts'
import type { Hex } from '../protocol/types.ts'

/** Where everything of one market is kept, by the genesis of its chain. */
export interface StateFolder {
  /** Folder of the homes' keys and journals, one below it per home. */
  homes: string
  index: string
  /** Folder of the key and the journals of the node behind the API. */
  gateway: string
  logs: string
  /** CSV of what meters reported, where homes have some. */
  readings: string
  /** The deployment that was made when the folder was last used, if it was. */
  earlier: Deployment | undefined
  saveDeployment(deployment: Deployment): Promise<void>
}

/**
 * The state of `mesh up` under a lock, so that two markets in one place cannot spoil each other's.
 *
 * @throws ConfigError `DIRECTORY_LOCKED` when a market runs here.
 */
export class State implements Disposable {
  readonly root: string
  readonly #lock: DirectoryLock

  constructor(root: string) {
    this.root = root
    this.#lock = lockDirectory(
      root,
      'End the market that runs in this folder, or call `mesh up` in another one: state is kept in .mesh there.',
    )
  }

  /** Output of the local chain, which runs before its genesis is known. */
  get chainLog(): string {
    return join(this.root, 'chain.log')
  }

  /** What other programs read to join the running market. */
  get networkFile(): string {
    return join(this.root, 'network.json')
  }

  /**
   * The folder of the market on a chain.
   *
   * @param keep whether earlier state stays: this chain's as a whole, of the market before it the homes' keys. If
   *   not, that of all earlier markets is removed.
   */
  async folder(genesisHash: Hex, keep: boolean): Promise<StateFolder> {
    const name = folderName(genesisHash)
    const previous = keep ? await this.#previousFolder() : undefined
    if (!keep) await this.#clear()
    const directory = join(this.root, name)
    const homes = join(directory, 'homes')
    await mkdir(homes, { recursive: true, mode: 0o700 })
    if (previous !== undefined && previous !== name) await copyKeys(join(this.root, previous, 'homes'), homes)
    const deploymentFile = join(directory, 'deployment.json')
    return {
      homes,
      index: join(directory, 'index'),
      gateway: join(directory, 'gateway'),
      logs: join(directory, 'logs'),
      readings: join(directory, 'readings.csv'),
      earlier: await readDeployment(deploymentFile),
      saveDeployment: (deployment) => writeJson(deploymentFile, deployment),
    }
  }

  [Symbol.dispose](): void {
    this.#lock.release()
  }

  /** Folder of the market that ran last. */
  async #previousFolder(): Promise<string | undefined> {
    const text = await readFile(this.networkFile, 'utf8').catch(() => undefined)
    if (text === undefined) return undefined
    const { deployment } = JSON.parse(text) as { deployment?: unknown }
    return folderName(parseDeployment(deployment).genesisHash)
  }

  async #clear(): Promise<void> {
    for (const name of await readdir(this.root)) {
      if (MARKET_FOLDER.test(name)) await rm(join(this.root, name), { recursive: true, force: true })
    }
    await rm(this.networkFile, { force: true })
  }
}

/** What `folderName` gives: other folders beside it are not a market's. */
const MARKET_FOLDER = /^[0-9a-f]{12}$/

function folderName(genesisHash: Hex): string {
  return genesisHash.slice(2, 14)
}

async function copyKeys(from: string, to: string): Promise<void> {
  const homes = await readdir(from).catch(() => [])
  for (const home of homes) {
    await cp(join(from, home, 'key'), join(to, home, 'key'), { force: false }).catch((error: Error) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    })
  }
}

async function readDeployment(file: string): Promise<Deployment | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : parseDeployment(JSON.parse(text))
}
