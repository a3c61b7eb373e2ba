import { Heading } from '../../ui/panel.tsx'

export function Agreement() {
  return <Heading title="Agreement" />
}
