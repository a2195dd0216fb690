import {
  chmod,
  chown,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Tools } from './sandbox/tools.ts'
import { insideFolder } from './sandbox/tools.ts'
import type { SubmittedFile } from './submission/files.ts'

/** The grader's own folder for one run of it, which nobody else may enter. */
export interface RunFolder {
  readonly path: string
  /** The commands `aws` and `pocketcloud`, as submissions see them. */
  readonly bin: string
  /** What stands in for files of the machine's /etc. */
  readonly etc: string
  /** Where emulators keep what they have, in folders that databases' own account gets to. */
  readonly clouds: string
  remove(): Promise<void>
}

/** What belongs to one submission. */
export interface Workspace {
  readonly submission: string
  /** The gate's sockets; those that lead to databases are in the folder `databases`. */
  readonly gate: string
  /** What its emulator keeps on disk. */
  readonly cloud: string
  /** The sockets of its emulator's databases. */
  readonly databases: string
  readonly home: string
  remove(): Promise<void>
}

const etcFiles = {
  passwd: 'student:x:1000:1000::/home/student:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n',
  group: 'student:x:1000:\nnogroup:x:65534:\n',
  hosts: '127.0.0.1 localhost cloud\n',
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files\n',
  'resolv.conf': '',
}

/** Where Terraform looks for providers by itself, and where a class keeps them. */
export const pluginFolders = () => [
  join(homedir(), '.terraform.d/plugins'),
  '/usr/local/share/terraform/plugins',
  '/usr/share/terraform/plugins',
]

const runFolderName = 'pocketcloud-grade-'

/** Removes what graders left that were killed. */
async function sweep(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = /^pocketcloud-grade-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue
    await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined)
  }
}

/** @param plugins where Terraform finds its providers in the sandbox, or out of it */
export async function makeRunFolder(tools: Tools, plugins: string | undefined): Promise<RunFolder> {
  await sweep()
  const path = await mkdtemp(join(tmpdir(), `${runFolderName}${process.pid}-`))
  const clouds = await mkdtemp(join(tmpdir(), `${runFolderName}${process.pid}-`))
  // As /tmp is: databases' own account has its temporary files there.
  await chmod(clouds, 0o1733)
  const [bin, etc] = [join(path, 'bin'), join(path, 'etc')]
  await mkdir(bin)
  await mkdir(etc)
  for (const [name, text] of Object.entries(etcFiles)) await writeFile(join(etc, name), text)
  const mirror = plugins === undefined ? '' : `filesystem_mirror { path = "${plugins}" }`
  await writeFile(join(etc, 'terraformrc'), `provider_installation {\n  ${mirror}\n}\n`)
  await makeCommand(join(bin, 'pocketcloud'), tools.node, 'pocketcloud.cjs')
  if (tools.aws !== undefined && tools.python !== undefined) {
    await makeCommand(join(bin, 'aws'), `${tools.awsPython ?? tools.python} -ISE`, 'aws-client.py')
  }
  const remove = async () => {
    for (const folder of [path, clouds]) await rm(folder, { recursive: true, force: true })
  }
  return { path, bin, etc, clouds, remove }
}

async function makeCommand(file: string, interpreter: string, source: string): Promise<void> {
  const text = await readFile(join(insideFolder, source), 'utf8')
  await writeFile(file, `#!${interpreter}\n${text}`, { mode: 0o755 })
}

/** Puts a submission's files where its sandbox sees them. */
export async function makeWorkspace(
  run: RunFolder,
  id: number,
  files: readonly SubmittedFile[],
): Promise<Workspace> {
  const path = join(run.path, String(id))
  const workspace = {
    submission: join(path, 'submission'),
    gate: join(path, 'gate'),
    cloud: join(run.clouds, String(id)),
    databases: join(path, 'databases'),
    home: join(path, 'home'),
  }
  for (const folder of Object.values(workspace)) await mkdir(folder, { recursive: true })
  await mkdir(join(workspace.gate, 'databases'))
  await chmod(workspace.cloud, 0o711)
  for (const file of files) {
    const target = join(workspace.submission, file.path)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, file.bytes, { mode: file.executable ? 0o755 : 0o644 })
  }
  const remove = async () => {
    for (const folder of [path, workspace.cloud]) await rm(folder, { recursive: true, force: true })
  }
  return { ...workspace, remove }
}

/** Without a sandbox: a home with a copy of the submission in it, that belongs to whom it runs as. */
export async function fillHome(
  { home }: Workspace,
  files: readonly SubmittedFile[],
  { user, modules }: { readonly user: number | undefined; readonly modules: string | undefined },
): Promise<string> {
  const work = join(home, 'work')
  const made = [home, work]
  await mkdir(work)
  for (const { path, bytes, executable } of files) {
    const target = join(work, path)
    for (let folder = dirname(target); folder !== work; folder = dirname(folder)) made.push(folder)
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, bytes, { mode: executable ? 0o755 : 0o644 })
    made.push(target)
  }
  if (modules !== undefined) await symlink(modules, join(home, 'node_modules'))
  if (user !== undefined) {
    for (const path of new Set(made)) await chown(path, user, user)
    // Others' names are nobody's business, but the way to one's own home is.
    for (const folder of [dirname(dirname(home)), dirname(home)]) await chmod(folder, 0o711)
  }
  return work
}

/** The lab's own script that puts handed-in files in place. */
export async function addApplyScript({ gate }: Workspace, script: string): Promise<void> {
  if (!existsSync(script)) throw new Error(`The lab has no ${script}`)
  await copyFile(script, join(gate, 'apply.sh'))
}
