import { ControlFailure } from '../../checker/control-client.ts'
import { clientEnvironment, inTheWay } from '../client-environment.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { exitStatus, usageError } from '../failure.ts'

interface EnvOptions extends GlobalOptions {
  readonly shell: string
}

interface Dialect {
  quote(value: string): string
  set(name: string, quoted: string): string
  unset(name: string): string
  readonly aws: string
  readonly use: string
}

const dialects: Readonly<Record<string, Dialect>> = {
  sh: {
    quote: (value) => `'${value.replaceAll("'", String.raw`'\''`)}'`,
    set: (name, quoted) => `export ${name}=${quoted}`,
    unset: (name) => `unset ${name}`,
    aws: 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }',
    use: 'eval "$(pocketcloud env)"',
  },
  fish: {
    quote: (value) => `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`,
    set: (name, quoted) => `set -gx ${name} ${quoted}`,
    unset: (name) => `set -e ${name}`,
    aws: 'function aws; command aws --endpoint-url "$AWS_ENDPOINT_URL" $argv; end',
    use: 'pocketcloud env --shell fish | source',
  },
}

/**
 * `pocketcloud env`: what points a shell's AWS clients here. It also defines a function `aws` that passes
 * `--endpoint-url`: CLI 1 ignores `AWS_ENDPOINT_URL` for RDS in us-east-1, CLI 2 before 2.13 knows no such variable.
 */
export async function env(context: Context, { shell }: EnvOptions): Promise<number> {
  const dialect = dialects[['bash', 'zsh', 'dash'].includes(shell) ? 'sh' : shell]
  if (dialect === undefined) {
    throw usageError(`There is no --shell ${shell}.`, 'Give sh (for bash, zsh and dash) or fish.')
  }
  const variables = await environment(context)
  const { out } = context
  out.answer(variables, [
    ...inTheWay.map((name) => dialect.unset(name)),
    ...Object.entries(variables).map(([name, value]) => dialect.set(name, dialect.quote(value))),
    dialect.aws,
  ])
  out.hint(
    '',
    `To set these in this shell:  ${dialect.use}`,
    '',
    'Databases are real. An endpoint (ID.HASH.REGION.rds.localhost, or 127.0.0.1 where this machine does not know such names)',
    'leads to a port of this machine: 5432 or 3306, or the next one that is free.',
    '  pocketcloud rds connect ID         the engine’s own client: psql (apt-get install postgresql-client), mariadb',
    '  pocketcloud rds ca > rds-ca.pem    with it, clients verify whom they talk to:',
    `  ${dialect.set('PGSSLROOTCERT', '"$PWD/rds-ca.pem"')}; ${dialect.set('PGSSLMODE', 'verify-full')}`,
  )
  return exitStatus.ok
}

async function environment({ control, endpoint, out }: Context): Promise<Record<string, string>> {
  const health = await control.health().catch((error: unknown): null => {
    if (!(error instanceof ControlFailure)) throw error
    // On standard error: standard output may be on its way into eval.
    out.warn(
      `pocketcloud: ${error.message} The variables are set all the same; start it with \`pocketcloud start\`.`,
    )
    return null
  })
  const region = health?.region ?? 'us-east-1'
  return clientEnvironment(endpoint, region)
}
