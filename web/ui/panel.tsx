import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

/** A part of a view with a heading. @param aside what stands at the right of the heading */
export function Panel(props: {
  title: string
  note?: ComponentChildren
  aside?: ComponentChildren
  wide?: boolean
  children: ComponentChildren
}) {
  const id = useId()
  return (
    <section class={props.wide ? 'panel wide' : 'panel'} aria-labelledby={id}>
      <header>
        <div>
          <h2 id={id}>{props.title}</h2>
          {props.note && <p class="note">{props.note}</p>}
        </div>
        {props.aside}
      </header>
      {props.children}
    </section>
  )
}

/** The heading of a view, and what it shows. */
export function Heading({ title, children }: { title: ComponentChildren; children?: ComponentChildren }) {
  return (
    <div class="heading">
      <h1>{title}</h1>
      {children && <p>{children}</p>}
    </div>
  )
}

/** One figure with its name and its unit. */
export function Figure(props: {
  name: string
  value: ComponentChildren
  unit?: string
  hint?: ComponentChildren
}) {
  return (
    <div class="figure">
      <dt>{props.name}</dt>
      <dd>
        <span class="value">{props.value}</span>
        {props.unit && <span class="unit"> {props.unit}</span>}
        {props.hint && <span class="hint">{props.hint}</span>}
      </dd>
    </div>
  )
}

/** Figures beside one another. */
export function Figures({ children }: { children: ComponentChildren }) {
  return <dl class="figures">{children}</dl>
}
