import { bytesToHex } from 'viem'
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts'
import { type Address, loadKey, type MeterReader, type MeterReading } from '../../agent/index.ts'
import { clearingDomain, type Deployment } from '../../protocol/deployment.ts'
import { hashSlotReading } from '../../protocol/eip712.ts'

/** Most slots whose readings are kept. */
const MAX_SLOTS = 1_000

/** A home's smart meter: it signs what it measured in a slot by a key of its own, which the market's attester knows. */
export class SlotMeter {
  readonly #account: PrivateKeyAccount
  readonly #deployment: Deployment
  readonly #readings = new Map<bigint, MeterReading>()

  /** @param key of the meter */
  constructor(key: Uint8Array, deployment: Deployment) {
    this.#account = privateKeyToAccount(bytesToHex(key))
    this.#deployment = deployment
  }

  /** A meter whose key is in a file, which is made where there is none. @throws ConfigError `KEY_FILE_INVALID` */
  static async open(keyFile: string, deployment: Deployment): Promise<SlotMeter> {
    return new SlotMeter(await loadKey(keyFile), deployment)
  }

  get address(): Address {
    return this.#account.address
  }

  /** Takes down what was measured in a slot of the market. */
  measure(slot: bigint, { loadWh, pvWh }: MeterReading): void {
    this.#readings.set(slot, { loadWh, pvWh })
    const [oldest] = this.#readings.keys()
    if (this.#readings.size > MAX_SLOTS && oldest !== undefined) this.#readings.delete(oldest)
  }

  /** Signs what went through the meter, either way; nothing where nothing was measured. */
  readonly read: MeterReader = async ({ market, slot, account }) => {
    const reading = this.#readings.get(slot)
    if (reading === undefined) return undefined
    const net = BigInt(reading.loadWh - reading.pvWh)
    const value = { market, slot, account, imported: net > 0n ? net : 0n, exported: net < 0n ? -net : 0n }
    const hash = hashSlotReading(clearingDomain(this.#deployment), value)
    return { value, signature: await this.#account.sign({ hash }) }
  }
}
