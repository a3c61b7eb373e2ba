import { Heading } from '../../ui/panel.tsx'

export function Learning() {
  return <Heading title="Learning" />
}
