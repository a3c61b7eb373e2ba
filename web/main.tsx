import '@fontsource-variable/geist/wght.css'
import './style/tokens.css'
import './style/base.css'
import './style/shell.css'
import './style/parts.css'
import { render } from 'preact'
import { watchAgents } from './api/agents.ts'
import { connect } from './api/live.ts'
import { App } from './app.tsx'

connect()
watchAgents()
const place = document.getElementById('app')
if (place !== null) {
  place.replaceChildren()
  render(<App />, place)
}
