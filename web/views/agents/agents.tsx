import { Heading } from '../../ui/panel.tsx'

export function Agents() {
  return <Heading title="Agents" />
}
