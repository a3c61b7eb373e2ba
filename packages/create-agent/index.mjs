#!/usr/bin/env node
/** `npm create @mesh/agent [FOLDER] -- --template NAME`: what `mesh init` does, without a package that has `mesh` yet. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const manifest = import.meta.resolve('@mesh/sdk/package.json')
const { bin } = JSON.parse(readFileSync(fileURLToPath(manifest), 'utf8'))
const mesh = fileURLToPath(new URL(bin.mesh, manifest))
const child = spawn(process.execPath, [mesh, 'init', ...process.argv.slice(2)], { stdio: 'inherit' })
child.once('exit', (code) => {
  process.exitCode = code ?? 1
})
