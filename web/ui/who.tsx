import { byWallet } from '../api/agents.ts'
import { shortHex } from '../format/names.ts'

/** An account: the agent's name and page where it is one, else its address. */
export function Who({ address }: { address: string | null }) {
  if (address === null) return <>–</>
  const known = byWallet.value.get(address.toLowerCase())
  const text = known?.name ?? shortHex(address)
  if (known === undefined) return <span title={address}>{text}</span>
  return (
    <a href={`/agents/${known.id}`} title={address}>
      {text}
    </a>
  )
}

/** Something with a long name in hexadecimal digits, with a page of its own where `href` says. */
export function Hash({ hex, href }: { hex: string | null; href?: string }) {
  if (hex === null) return <>–</>
  const text = <code title={hex}>{shortHex(hex)}</code>
  return href === undefined ? text : <a href={href}>{text}</a>
}

/** Where an agreement, a round or a dispute stands, as a coloured word. */
export function Status({ status }: { status: string }) {
  return <span class={`status ${status}`}>{status}</span>
}
