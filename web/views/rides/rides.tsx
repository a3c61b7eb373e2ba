import { Heading } from '../../ui/panel.tsx'

export function Rides() {
  return <Heading title="Rides" />
}
