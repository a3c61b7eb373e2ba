import { zeroHash } from 'viem'
import { meshDirectoryAbi } from '../../protocol/abis/index.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import type { ParameterKind, ParameterRow } from '../store/tables/governance.ts'
import { toParameterView } from '../views/parameter.ts'
import { defineHandler, type Handler, type LogPlace } from './handler.ts'
import { unknownRow } from './unknown-row.ts'

/** Keeps what nodes obey: admission, quotas, spam rules, the bond of accusations, and versions of contracts and protocols. */
export function meshDirectoryHandler(address: Address): Handler {
  return defineHandler(address, meshDirectoryAbi, {
    AdmissionSet: ({ domain, minStake, minReputation }, changes, place) =>
      set(changes, place, 'admission', domain, { minStake: String(minStake), minReputation }),
    QuotaSet: ({ topic, perMinute, burst }, changes, place) =>
      set(changes, place, 'quota', topic, { perMinute, burst }),
    SpamRulesSet: ({ rules }, changes, place) => set(changes, place, 'spam', zeroHash, { ...rules }),
    AccusationBondSet: ({ bond }, changes, place) =>
      set(changes, place, 'bond', zeroHash, { bond: String(bond) }),

    ContractRegistered: ({ name, number, location }, changes, place) =>
      register(changes, place, { kind: 'contract', key: name, version: Number(number) }, { location }),
    ProtocolRegistered: ({ name, number }, changes, place) =>
      register(changes, place, { kind: 'protocol', key: name, version: Number(number) }, {}),
    ContractSunset: ({ name, number, sunset }, changes) =>
      amend(changes, { kind: 'contract', key: name, version: Number(number) }, { sunset: String(sunset) }),
    ProtocolSunset: ({ name, number, sunset }, changes) =>
      amend(changes, { kind: 'protocol', key: name, version: Number(number) }, { sunset: String(sunset) }),
  })
}

type Key = Pick<ParameterRow, 'kind' | 'key' | 'version'>

function set(
  changes: Changes,
  { logIndex, transactionHash: tx }: LogPlace,
  kind: ParameterKind,
  key: Hex,
  value: ParameterRow['value'],
  version = 0,
): void {
  changes.get('parameters', { kind, key, version })
  const { number: block, timestamp: changedAt } = changes.block
  const row = { kind, key, version, block, logIndex, changedAt, tx, value }
  changes.put('parameters', row)
  changes.emit('parameter.changed', () => toParameterView(row))
}

/** A version takes the place of the one before. */
function register(
  changes: Changes,
  place: LogPlace,
  { kind, key, version }: Key,
  value: ParameterRow['value'],
): void {
  if (version > 1) amend(changes, { kind, key, version: version - 1 }, { current: false })
  set(changes, place, kind, key, { ...value, current: true, sunset: null }, version)
}

function amend(changes: Changes, key: Key, change: ParameterRow['value']): void {
  const row = changes.get('parameters', key)
  if (row === undefined) throw unknownRow(key.kind, `${key.key} ${key.version}`)
  const changed = { ...row, value: { ...row.value, ...change } }
  changes.put('parameters', changed)
  changes.emit('parameter.changed', () => toParameterView(changed))
}
