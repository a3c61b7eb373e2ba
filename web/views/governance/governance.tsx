import { Heading } from '../../ui/panel.tsx'

export function Governance() {
  return <Heading title="Governance" />
}
