import { useLayoutEffect, useState } from 'preact/hooks'

const KEY = 'mesh-theme'
const THEMES = ['auto', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]

/** Light, dark, or as the machine is set; remembered by this browser. */
export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(remembered)
  // Before the next frame, so that the page is never drawn in colours that were not chosen.
  useLayoutEffect(() => {
    const root = document.documentElement
    if (theme === 'auto') delete root.dataset.theme
    else root.dataset.theme = theme
    localStorage.setItem(KEY, theme)
  }, [theme])
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto'
  return (
    <button
      type="button"
      class="theme"
      onClick={() => setTheme(next)}
      aria-label={`Colours: ${theme}. Change to ${next}.`}
    >
      <span aria-hidden="true">{{ auto: '◐', light: '☀', dark: '☾' }[theme]}</span>
    </button>
  )
}

function remembered(): Theme {
  const kept = localStorage.getItem(KEY)
  return THEMES.find((theme) => theme === kept) ?? 'auto'
}
