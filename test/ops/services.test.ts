import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { Command } from 'commander'
import { parse } from 'yaml'
import { relayCommand } from '../../cli/relay.ts'
import { serveCommand } from '../../cli/serve.ts'
import { skip } from '../agent/support/skip.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'

const root = join(import.meta.dirname, '..', '..')
const ops = join(root, 'ops')
const read = (path: string) => readFileSync(join(ops, path), 'utf8')

/** What the parser of the command makes of its line, whose action is not run; its options by their names. */
function parsed(args: string[], environment: NodeJS.ProcessEnv = {}): Record<string, unknown> {
  let options: Record<string, unknown> | undefined
  const program = new Command().exitOverride()
  for (const create of [relayCommand, serveCommand]) {
    const command = create(() => undefined).exitOverride()
    command.configureOutput({ writeErr: () => undefined })
    command.action((given) => {
      options = given
    })
    program.addCommand(command)
  }
  const before = { ...process.env }
  Object.assign(process.env, environment)
  try {
    program.parse(args, { from: 'user' })
  } finally {
    process.env = before
  }
  if (options === undefined) throw new Error(`no command was found in ${args.join(' ')}`)
  return options
}

describe('units of systemd', () => {
  const files = temporaryDirectory()
  const units = readdirSync(join(ops, 'systemd'))
  /** Lines `Name=value` of a unit, without what is repeated. */
  const settings = (unit: string) =>
    new Map(
      [...read(`systemd/${unit}`).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    )

  it('are there for relay, index and agent', () => {
    expect(units.toSorted()).to.deep.equal(['mesh-agent.service', 'mesh-index.service', 'mesh-relay.service'])
  })

  it('run commands that there are, with options that the command takes', () => {
    const [relay, index] = ['mesh-relay.service', 'mesh-index.service'].map((unit) => {
      const [program, ...args] = settings(unit).get('ExecStart')?.split(' ') ?? []
      expect(program, unit).to.equal('/usr/local/bin/mesh')
      const [, name, value] = /^(\w+)=%d\/(.*)$/.exec(settings(unit).get('Environment') ?? '') ?? []
      return parsed(args, name === undefined ? {} : { [name]: `/run/credentials/${value}` })
    })
    expect(relay).to.include({ port: 4001, stunPort: 3478, metricsPort: 9465 })
    expect(index).to.include({ network: '/etc/mesh/network.json', port: 8787, metricsPort: 9464 })
    expect(index?.databaseFile, 'the credential').to.equal('/run/credentials/database-url')
  })

  it('give no more than is needed', () => {
    for (const unit of units) {
      const has = Object.fromEntries(settings(unit))
      expect(has, unit).to.include({
        ...{ DynamicUser: 'yes', NoNewPrivileges: 'yes', ProtectSystem: 'strict', ProtectHome: 'yes' },
        ...{ CapabilityBoundingSet: '', Restart: 'always', UMask: '0077' },
      })
      expect(has.MemoryMax, unit).to.match(/^\d+[MG]$/)
      expect(read(`systemd/${unit}`), unit).to.not.match(/PASSWORD=|:\/\/[^/\s]*:[^/\s]*@/)
    }
  })

  it('are understood by systemd', function () {
    this.timeout(60_000)
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) {
      skip(this, 'no systemd-analyze here, so nothing but their text is looked at')
    }
    for (const unit of units) {
      // Whether a program is where the unit says is another machine's affair.
      const text = read(`systemd/${unit}`).replace(/\/usr\/local\/bin\/(mesh|node)\b/g, process.execPath)
      files.write(unit, text)
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', files.path(unit)], {
        encoding: 'utf8',
      })
      expect(
        stderr.split('\n').filter((line) => line.includes(unit)),
        unit,
      ).to.deep.equal([])
    }
    writeFileSync(files.path('mesh-wrong.service'), '[Service]\nExecStart=/bin/true\nProtectSystem=strickt\n')
    const { stderr } = spawnSync(
      'systemd-analyze',
      ['verify', '--man=no', files.path('mesh-wrong.service')],
      {
        encoding: 'utf8',
      },
    )
    expect(stderr, 'what is wrong is seen').to.include('strickt')
  })
})

describe('the compose file', () => {
  interface Service {
    image?: string
    build?: { context: string; dockerfile: string }
    command?: string[]
    environment?: Record<string, string>
    secrets?: string[]
    ports?: string[]
    volumes?: string[]
    depends_on?: Record<string, unknown>
  }
  const compose = parse(read('compose.yaml'), { merge: true }) as {
    services: Record<string, Service>
    volumes: Record<string, unknown>
    secrets: Record<string, { file: string }>
  }
  const { services } = compose
  const commandOf = (service: string) => services[service]?.command ?? []
  const parsedOf = (service: string) => {
    const { environment = {} } = services[service] ?? {}
    return parsed(
      commandOf(service).map((arg) => arg.replace(/\$\{.*\}/, 'relay.example')),
      environment,
    )
  }

  it('runs a relay, an index, PostgreSQL, Prometheus and Grafana', () => {
    expect(Object.keys(services).toSorted()).to.deep.equal(
      ['grafana', 'index', 'postgres', 'prometheus', 'relay'].toSorted(),
    )
  })

  it('runs commands that there are, at ports that are passed on, with the secret where it is looked for', () => {
    const [relay, index] = [parsedOf('relay'), parsedOf('index')]
    expect(relay).to.include({
      port: 4001,
      stunPort: 3478,
      publicHost: 'relay.example',
      metricsHost: '0.0.0.0',
    })
    expect(index).to.include({ network: '/etc/mesh/network.json', host: '0.0.0.0', metricsHost: '0.0.0.0' })
    expect(index.databaseFile).to.equal('/run/secrets/database-url')
    expect(
      index.allowedHost,
      'else a page on this machine could read it by a name of its own',
    ).to.have.length(1)
    const inner = (service: string) => services[service]?.ports?.map((port) => port.split(':').at(-1)) ?? []
    const { port, stunPort } = relay as { port: number; stunPort: number }
    expect(inner('relay')).to.have.members([
      `${port}/tcp`,
      `${port}/udp`,
      `${port + 1}/tcp`,
      `${stunPort}/udp`,
    ])
    expect(inner('index')).to.deep.equal([`${index.port}`])
    for (const [name, { ports = [] }] of Object.entries(services)) {
      if (name !== 'relay') for (const each of ports) expect(each, name).to.match(/^127\.0\.0\.1:/)
    }
  })

  it('names files, volumes, secrets and services that there are', () => {
    for (const [name, service] of Object.entries(services)) {
      for (const volume of service.volumes ?? []) {
        const [source = ''] = volume.replace(/^\$\{\w+:-(.*?)\}/, '$1').split(':')
        const isMade = source === './network.json' || source in compose.volumes
        expect(isMade || existsSync(join(ops, source)), `${name}: ${volume}`).to.equal(true)
      }
      for (const secret of service.secrets ?? []) expect(compose.secrets, name).to.have.property(secret)
      for (const other of Object.keys(service.depends_on ?? {}))
        expect(services, name).to.have.property(other)
      for (const file of Object.values(service.environment ?? {}).filter((value) =>
        value.startsWith('/run/secrets/'),
      )) {
        expect(service.secrets, name).to.include(file.replace('/run/secrets/', ''))
      }
    }
    const ignored = readFileSync(join(root, '.gitignore'), 'utf8').split('\n')
    for (const { file } of Object.values(compose.secrets)) {
      expect(ignored).to.include(`${dirname(join('ops', file))}/`)
    }
  })

  it('keeps what is of this machine alone out of the package, which is in the image and in the registry', () => {
    const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] }
    const isPacked = (path: string) => files.some((file) => path === file || path.startsWith(`${file}/`))
    const kept = [
      ...Object.values(compose.secrets).map(({ file }) => join('ops', file)),
      ...readFileSync(join(root, '.gitignore'), 'utf8').split('\n'),
    ].filter((path) => path.startsWith('ops/'))
    expect(kept).to.include.members(['ops/secrets/database-url', 'ops/network.json'])
    expect(kept.filter(isPacked)).to.deep.equal([])
    for (const name of readdirSync(ops)) {
      if (!kept.includes(`ops/${name}`) && !kept.includes(`ops/${name}/`)) {
        expect(isPacked(`ops/${name}`), `${name} is packed`).to.equal(true)
      }
    }
  })

  it('has an image whose recipe copies what npm packs, and runs the command as nobody in particular', () => {
    const { context = '', dockerfile = '' } = services.index?.build ?? {}
    const recipe = readFileSync(join(ops, context, dockerfile), 'utf8')
    const { name, bin, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(recipe).to.include(`COPY ${name.replace('@', '').replace('/', '-')}-*.tgz`)
    expect(recipe).to.include(`ENTRYPOINT ["/opt/mesh/node_modules/.bin/${Object.keys(bin)[0]}"]`)
    expect(recipe.match(/^FROM node:(\d+)/m)?.[1]).to.equal(/\d+/.exec(engines.node)?.[0])
    expect(recipe).to.match(/^USER node$/m)
  })

  it('has Prometheus ask where metrics are served, and Grafana show the dashboard that is mounted', () => {
    const { scrape_configs: jobs, rule_files: rules } = parse(read('prometheus/prometheus.yml')) as {
      scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[]
      rule_files: string[]
    }
    const targets = jobs.map(({ job_name, static_configs }) => [job_name, static_configs[0]?.targets])
    expect(targets).to.deep.equal([
      ['mesh', [`index:${parsedOf('index').metricsPort}`]],
      ['mesh-relay', [`relay:${parsedOf('relay').metricsPort}`]],
    ])
    for (const file of rules) expect(parse(read(`prometheus/${file}`)), file).to.have.property('groups')
    expect(read('prometheus/alerts.yml'), 'of the job that it has').to.include('up{job="mesh"}')
    const { datasources } = parse(read('grafana/provisioning/datasources/prometheus.yml'))
    expect(datasources[0].url).to.equal(
      `http://prometheus:${services.prometheus?.ports?.[0]?.split(':').at(-1)}`,
    )
    const { providers } = parse(read('grafana/provisioning/dashboards/mesh.yml'))
    const mounted = services.grafana?.volumes?.find((volume) => volume.startsWith('./grafana/mesh.json:'))
    expect(mounted?.split(':')[1]).to.match(new RegExp(`^${providers[0].options.path}/`))
  })

  it('is understood by Docker', function () {
    if (spawnSync('docker', ['compose', 'version']).status !== 0) {
      skip(this, 'no docker compose here, so the file is parsed and compared with what it names alone')
    }
    const { status, stderr } = spawnSync(
      'docker',
      ['compose', '-f', join(ops, 'compose.yaml'), 'config', '-q'],
      {
        encoding: 'utf8',
        env: { ...process.env, MESH_PUBLIC_HOST: 'relay.example' },
      },
    )
    expect(stderr).to.equal('')
    expect(status).to.equal(0)
  })
})
