import { Heading } from '../../ui/panel.tsx'

export function Agent() {
  return <Heading title="Agent" />
}
