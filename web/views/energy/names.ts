import { nameOf } from '../../ui/name-of.ts'
import { OTHERS } from './flow-links.ts'
import { HOUSE } from './model.ts'

/** What a part of a flow diagram is called. */
export function partName(account: string): string {
  if (account === HOUSE) return 'the clearing house'
  return account === OTHERS ? 'others' : nameOf(account)
}
