import { Heading } from '../../ui/panel.tsx'

export function Trade() {
  return <Heading title="Trade" />
}
