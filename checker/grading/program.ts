import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '../catalogue.ts'
import { studentKey } from '../student.ts'
import { drawValues, valuesEnvironment } from '../values.ts'
import { packageFolder } from './package-folder.ts'
import { InfrastructureError } from './result.ts'
import type { Binding } from './sandbox/bubblewrap.ts'
import { sandboxHome } from './sandbox/bubblewrap.ts'
import type { Tools } from './sandbox/tools.ts'
import { insideFolder } from './sandbox/tools.ts'
import type { Entry } from './submission/entry.ts'
import type { SubmittedFile } from './submission/files.ts'
import type { RunFolder, Workspace } from './workspace.ts'

/** Where a submission finds things: in a sandbox always in the same places, without one where they are. */
export interface Places {
  readonly home: string
  readonly work: string
  readonly bin: string
  readonly gate: string
  readonly modules: string
  readonly terraformrc: string
  readonly endpoint: string
}

const sandboxPort = 4566
const own = '/run/pocketcloud'

export const sandboxPlaces: Places = {
  home: sandboxHome,
  work: `${sandboxHome}/work`,
  bin: `${own}/bin`,
  gate: `${own}/gate`,
  modules: `${sandboxHome}/node_modules`,
  terraformrc: `${own}/terraformrc`,
  endpoint: `http://127.0.0.1:${sandboxPort}`,
}

export const sandboxPlugins = `${own}/terraform-plugins`

/** Everything of this machine that a sandbox shows, and where. */
export function bindingsFor(
  tools: Tools,
  run: RunFolder,
  workspace: Workspace,
  plugins: string | undefined,
): readonly Binding[] {
  const same = (path: string) => ({ source: path, target: path })
  return [
    ...tools.roots.map(same),
    ...(tools.modules === undefined
      ? []
      : [{ source: tools.modules, target: sandboxPlaces.modules }]),
    { source: insideFolder, target: `${own}/inside` },
    { source: run.bin, target: sandboxPlaces.bin },
    { source: join(run.etc, 'terraformrc'), target: sandboxPlaces.terraformrc },
    ...['passwd', 'group', 'hosts', 'nsswitch.conf', 'resolv.conf'].map((name) => ({
      source: join(run.etc, name),
      target: `/etc/${name}`,
    })),
    ...(plugins === undefined ? [] : [{ source: plugins, target: sandboxPlugins }]),
    { source: workspace.gate, target: sandboxPlaces.gate },
    { source: workspace.submission, target: '/submission' },
  ]
}

/** What must not be seen where it happens to lie in something that is: the checks, and the solutions. */
export const secretFolders = (tools: Tools, lab: Lab): readonly string[] => [
  packageFolder,
  lab.folder,
  ...(tools.modules === undefined ? [] : [`${sandboxPlaces.modules}/pocketcloud`]),
]

/** What a sandbox is started with: it leads to the gate, and runs the program. */
export const insideCommand = (
  { node, awsPython }: Tools,
  { services }: Pick<Lab, 'services'>,
  isWarm: boolean,
  command: readonly string[],
): readonly string[] => [
  node,
  `${own}/inside/forward.mjs`,
  JSON.stringify({
    gate: `${sandboxPlaces.gate}/endpoint.sock`,
    databases: `${sandboxPlaces.gate}/databases`,
    port: sandboxPort,
    source: '/submission',
    work: sandboxPlaces.work,
    warm:
      isWarm && awsPython !== undefined
        ? [awsPython, `${own}/inside/aws-server.py`, awsServer, [...services, 'sts'].join(',')]
        : null,
    command,
  }),
]

const awsServer = '/tmp/.aws-server'

/** Whether it pays to keep the AWS CLI in memory: scripts call it again and again, others hardly ever. */
export const callsAws = (
  { kind }: Entry,
  { awsPython }: Tools,
  files: readonly SubmittedFile[],
): boolean =>
  awsPython !== undefined &&
  (kind === 'files' || (kind === 'bash' && files.some(({ bytes }) => bytes.includes('aws'))))

/** The environment of a submission: nothing of the grader's own is in it. */
export function environmentOf(
  lab: Lab,
  seed: string,
  tools: Tools,
  places: Places,
  isWarm: boolean,
): Record<string, string> {
  const folders = [tools.python, tools.node, tools.terraform].flatMap((program) =>
    program === undefined ? [] : [program.slice(0, program.lastIndexOf('/'))],
  )
  const system = ['/usr/local/bin', '/usr/bin', '/bin']
  return {
    HOME: places.home,
    USER: 'student',
    LANG: 'C.UTF-8',
    PATH: [...new Set([places.bin, ...folders, ...system])].join(':'),
    AWS_ENDPOINT_URL: places.endpoint,
    AWS_ACCESS_KEY_ID: studentKey.accessKeyId,
    AWS_SECRET_ACCESS_KEY: studentKey.secretAccessKey,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    POCKETCLOUD_ENDPOINT: places.endpoint,
    PYTHONDONTWRITEBYTECODE: '1',
    PYTHONUNBUFFERED: '1',
    TF_CLI_CONFIG_FILE: places.terraformrc,
    TF_IN_AUTOMATION: '1',
    CHECKPOINT_DISABLE: '1',
    ...(tools.aws === undefined ? {} : { POCKETCLOUD_AWS: tools.aws }),
    ...(isWarm ? { POCKETCLOUD_AWS_SERVER: awsServer } : {}),
    ...(lab.submission.metadata && places === sandboxPlaces
      ? { POCKETCLOUD_METADATA: `${places.gate}/metadata.sock` }
      : {}),
    ...valuesEnvironment(drawValues(lab, seed)),
  }
}

const terraform =
  'terraform init -input=false -no-color && terraform apply -auto-approve -input=false -no-color'

/**
 * How a submission's program is run.
 * @throws {InfrastructureError} where this machine has not what it takes
 */
export function commandOf({ kind, file }: Entry, tools: Tools, places: Places): readonly string[] {
  const need = <T>(tool: T | undefined, name: string): T => {
    if (tool === undefined) throw new InfrastructureError(`This machine has no ${name} to run it.`)
    return tool
  }
  switch (kind) {
    case 'bash':
      need(tools.aws, 'AWS CLI')
      return ['bash', file]
    case 'files':
      need(tools.aws, 'AWS CLI')
      return ['bash', `${places.gate}/apply.sh`]
    case 'python':
      return [need(tools.python, 'Python'), file]
    case 'javascript':
      return [tools.node, file]
    case 'typescript': {
      const loaders = need(tools.typescript, 'tsx (npm install tsx), and no Node 22.18,')
      const imports = loaders.flatMap((name) => ['--import', `file://${places.modules}/${name}`])
      return [tools.node, ...imports, file]
    }
    case 'terraform':
      need(tools.terraform, 'Terraform')
      return ['sh', '-c', terraform]
  }
}

/** Whether a script was written with Windows' line ends, at which bash breaks in ways that nobody understands. */
export async function hasWindowsLineEnds(workspace: Workspace, { file }: Entry): Promise<boolean> {
  const path = join(workspace.submission, file)
  if ((await stat(path)).size > 1024 * 1024) return false
  return (await readFile(path)).includes('\r\n')
}
