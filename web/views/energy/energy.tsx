import { Heading } from '../../ui/panel.tsx'

export function Energy() {
  return <Heading title="Energy" />
}
