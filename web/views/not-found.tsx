import { Heading } from '../ui/panel.tsx'

export function NotFound() {
  return (
    <Heading title="There is nothing here">
      The address has no view. <a href="/">The market</a> is a good place to begin.
    </Heading>
  )
}
