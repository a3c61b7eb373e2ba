import { useEffect, useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { ConnectionStatus } from './connection-status.tsx'
import { ThemeSwitch } from './theme-switch.tsx'

const VIEWS = [
  ['/', 'Market'],
  ['/energy', 'Energy'],
  ['/rides', 'Rides'],
  ['/agents', 'Agents'],
  ['/learning', 'Learning'],
  ['/governance', 'Governance'],
  ['/trade', 'Trade'],
] as const

/** The bar at the top: where one can go, and how current the page is. */
export function Navigation() {
  const { path } = useLocation()
  const isHere = (href: string) => (href === '/' ? path === '/' : path.startsWith(href))
  const views = useRef<HTMLElement>(null)
  useEffect(() => {
    // On a phone not all of them are in sight.
    const here = views.current?.querySelector('[aria-current]')
    here?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [path])
  return (
    <header class="bar">
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="28" height="28" /> <span>MESH</span>
      </a>
      <nav aria-label="Views" ref={views}>
        <ul>
          {VIEWS.map(([href, name]) => (
            <li key={href}>
              <a href={href} aria-current={isHere(href) ? 'page' : undefined}>
                {name}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <ConnectionStatus />
      <ThemeSwitch />
    </header>
  )
}
