import { readFileSync } from 'node:fs'
import { Argument, Command, CommanderError, Option } from 'commander'
import { ControlFailure } from '../checker/control-client.ts'
import { LabMistake } from '../checker/lab-mistake.ts'
import type { Context, GlobalOptions } from './context.ts'
import { makeContext } from './context.ts'
import { Failure, exitStatus } from './failure.ts'
import { terminalOutput } from './output.ts'
import { packageRoot } from './package-root.ts'

/** A command's work: its arguments and options as commander parsed them; the exit status, 0 by default. */
type Action<Arguments extends unknown[]> = (
  context: Context,
  ...given: Arguments
) => Promise<number | void>

/** Runs one command line (without `node` and the script); its exit status. Never throws. */
export async function run(argv: readonly string[]): Promise<number> {
  let status: number = exitStatus.ok
  // Loading an action only when it is called keeps `start` quick.
  const does =
    <Arguments extends unknown[]>(load: () => Promise<Action<Arguments>>) =>
    async (...given: unknown[]) => {
      const command = given.pop() as Command
      const action = await load()
      const options = command.optsWithGlobals<GlobalOptions>()
      // An option that a command above has too is that one's for commander, wherever it stands.
      given.splice(-1, 1, options)
      status = (await action(makeContext(options), ...(given as Arguments))) ?? exitStatus.ok
    }
  const program = grammar(does)
  if (argv.length === 0) {
    program.outputHelp()
    return exitStatus.ok
  }
  try {
    await program.parseAsync(argv, { from: 'user' })
    return status
  } catch (error) {
    return explain(error, argv, program)
  }
}

type Does = <Arguments extends unknown[]>(
  load: () => Promise<Action<Arguments>>,
) => (...given: unknown[]) => Promise<void>

/** Every command with its options, in the order that `--help` shows them. */
function grammar(does: Does): Command {
  const program = new Command('pocketcloud')
    .description('AWS on your own machine, for learning and for tests.')
    .option('--json', 'answer with JSON')
    .option('--endpoint <url>', 'the emulator to talk to (default: http://127.0.0.1:4566)')
    .version(version(), '-v, --version')
    .exitOverride()
    .configureOutput({ outputError: () => {} })

  program
    .command('start')
    .description('start the emulator and keep it running until Ctrl-C or `pocketcloud stop`')
    .option('-p, --port <number>', 'port to listen on; 0 takes any that is free', '4566')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--data-dir <folder>', 'where everything is kept (default: ./.pocketcloud)')
    .option('--ephemeral', 'keep nothing: everything is gone when it stops')
    .option('--strict', 'refuse access keys that the emulator did not issue')
    .option('--seed <text>', 'the same seed makes the same ids, call for call')
    .option('--detach', 'start it in the background and return when it is ready')
    .action(does(async () => (await import('./commands/start.ts')).start))
  program
    .command('stop')
    .description('stop the emulator')
    .action(does(async () => (await import('./commands/stop.ts')).stop))
  program
    .command('status')
    .description('say whether the emulator runs, and how')
    .action(does(async () => (await import('./commands/status.ts')).status))
  program
    .command('env')
    .description('print what a shell needs: eval "$(pocketcloud env)"')
    .option('--shell <name>', 'sh (bash, zsh, dash) or fish', 'sh')
    .action(does(async () => (await import('./commands/env.ts')).env))

  program
    .command('exec')
    .description('run a command with a cloud of its own: pocketcloud exec -- npm test')
    .argument('<command...>', 'after --, with its arguments')
    .option('--state <file>', 'begin with a saved state instead of an empty cloud')
    .option('--strict', 'refuse access keys that the emulator did not issue')
    .option('--seed <text>', 'the same seed makes the same ids, call for call')
    .action(does(async () => (await import('./commands/exec.ts')).exec))

  const clock = program
    .command('clock')
    .description('look at the virtual clock, or move it forward')
  clock
    .command('show', { isDefault: true })
    .description('what time it is in the cloud, and what is due next')
    .action(does(async () => (await import('./commands/clock.ts')).show))
  clock
    .command('advance')
    .description('let time pass, with everything that AWS does by itself meanwhile')
    .argument('<duration>', 'such as 90d, 2h, 30m, 15s or 1d12h')
    .action(does(async () => (await import('./commands/clock.ts')).advance))

  program
    .command('save')
    .description("save the cloud's whole state to one file")
    .argument('<file>')
    .action(does(async () => (await import('./commands/state.ts')).save))
  program
    .command('restore')
    .description("put a saved state in place of the cloud's own")
    .argument('<file>')
    .option('-y, --yes', 'do not ask')
    .action(does(async () => (await import('./commands/state.ts')).restore))
  program
    .command('reset')
    .description('make the cloud new: everything in it is gone')
    .option('-y, --yes', 'do not ask')
    .action(does(async () => (await import('./commands/state.ts')).reset))

  program
    .command('why')
    .description('explain the last call that was denied: who, what, and which statement decided')
    .argument('[request-id]', 'another call, by the request id in its answer')
    .action(does(async () => (await import('./commands/why.ts')).why))
  program
    .command('imds')
    .description("where an instance's metadata is, and what makes clients use it")
    .argument('<instance>', 'the id of a running instance')
    .option('--certificate', 'print what the identity document is signed with instead, as PEM')
    .action(does(async () => (await import('./commands/imds.ts')).imds))

  const rds = program
    .command('rds')
    .description('connect to databases, fail them over, and verify whom one talks to')
  rds
    .command('connect')
    .description('run psql or mariadb on a database as its master user, or print the command')
    .argument('<id>', 'of an instance, or of a cluster')
    .option('-d, --database <name>', "the database (default: the instance's own, or postgres)")
    .option('--region <name>', 'where the instance is')
    .option('--print', 'print the command instead of running it')
    .action(does(async () => (await import('./commands/rds.ts')).connect))
  rds
    .command('failover')
    .description('have the standby take over, or another instance of a cluster write')
    .argument('<id>', 'of a Multi-AZ instance, or of a cluster')
    .option('--region <name>', 'where it is')
    .action(does(async () => (await import('./commands/rds.ts')).failover))
  rds
    .command('ca')
    .description('print what the certificates of databases verify against, as PEM')
    .action(does(async () => (await import('./commands/rds.ts')).ca))
  const spot = program.command('spot').description('the spot market')
  spot
    .command('interrupt')
    .description('have EC2 take a spot instance back, with its notice two minutes before')
    .argument('<instance>', 'the id of a running spot instance')
    .option('--in <duration>', 'how long until it happens, by the virtual clock', '2m')
    .addOption(
      new Option('--action <action>', 'what happens (default: what its request asks for)').choices([
        'terminate',
        'stop',
        'hibernate',
      ]),
    )
    .action(does(async () => (await import('./commands/spot.ts')).interrupt))
  program
    .command('reach')
    .description('say whether traffic would pass, by which way, and what stops it')
    .argument('<from>', 'an instance, interface, gateway or address; or internet')
    .argument('<to>', 'the same')
    .argument('[port]', 'of the destination')
    .addOption(new Option('--protocol <name>').choices(['tcp', 'udp', 'icmp']).default('tcp'))
    .option('--region <name>', "where it is (default: the emulator's own)")
    .option('--account <id>', "whose it is (default: the emulator's own)")
    .action(does(async () => (await import('./commands/reach.ts')).reach))
  const iam = program.command('iam').description('what IAM lets through, and what it would take')
  iam
    .command('audit')
    .description('on: deny nothing, record what would have been denied')
    .addArgument(new Argument('[state]').choices(['on', 'off', 'status']).default('status'))
    .action(does(async () => (await import('./commands/iam.ts')).audit))
  iam
    .command('suggest')
    .description('the least policy for what a user or role has done so far')
    .argument('<principal>', 'a name, user/NAME, role/NAME or an ARN')
    .action(does(async () => (await import('./commands/iam.ts')).suggest))
  const policy = program
    .command('policy')
    .description('IAM policies by themselves: nothing of the cloud is looked at')
  policy
    .command('evaluate')
    .description('decide the requests on standard input, one JSON object per line')
    .action(does(async () => (await import('./commands/policy.ts')).evaluate))
  policy
    .command('validate')
    .description('say whether AWS would take a policy document, and if not, why')
    .argument('<file>', 'the document; - for standard input')
    .option('--for <kind>', 'what it is for: managed, inline, trust, bucket or key', 'managed')
    .action(does(async () => (await import('./commands/policy.ts')).validate))

  const lab = program.command('lab').description('the labs: what to build, step by step')
  lab
    .command('list')
    .description('the labs there are, and where you stand')
    .action(does(async () => (await import('./commands/lab.ts')).list))
  lab
    .command('start')
    .description('start a lab: what you do from now on counts')
    .argument('<lab>', 'its id or number')
    .option('--student <name>', "who you are: draws the lab's names and sizes for you")
    .option('--no-snapshot', "do not keep the cloud's state, which `lab reset` puts back")
    .action(does(async () => (await import('./commands/lab.ts')).start))
  lab
    .command('show')
    .description("a lab's text; without a name, of the lab started last")
    .argument('[lab]', 'its id or number')
    .action(does(async () => (await import('./commands/lab.ts')).show))
  lab
    .command('hint')
    .description('what helps with a task, a step at a time')
    .argument('[task]', 'its id or number; without one, the first that is not passed')
    .option('--lab <lab>', 'another lab than the one started last')
    .action(does(async () => (await import('./commands/lab-help.ts')).hint))
  lab
    .command('reset')
    .description('put the cloud back to when a task was begun, or the whole lab')
    .argument('[task]', 'its id or number')
    .option('--lab <lab>', 'another lab than the one started last')
    .option('-y, --yes', 'do not ask')
    .action(does(async () => (await import('./commands/lab-reset.ts')).reset))
  lab
    .command('solution')
    .description('print a script that does everything a lab asks for')
    .argument('[lab]', 'its id or number; without one, the lab started last')
    .option('-y, --yes', 'do not ask')
    .action(does(async () => (await import('./commands/lab-help.ts')).solution))
  lab
    .command('new')
    .description(
      'begin a lab of your own: a folder with a text, checks, a solution and a wrong answer',
    )
    .argument('<folder>', 'its name is a number and the id, such as 20-first-queue')
    .action(does(async () => (await import('./commands/lab-author.ts')).create))
  lab
    .command('test')
    .description('prove a lab: untouched, by its text, solved, and by each wrong answer')
    .argument('<lab>', 'its folder, id or number')
    .action(does(async () => (await import('./commands/lab-author.ts')).test))
  program
    .command('check')
    .description('look at what you built and say what is right and what is missing')
    .argument('[task]', 'only this task, by its id or number')
    .option('--lab <lab>', 'another lab than the one started last')
    .option('-w, --watch', 'look again whenever you have called something')
    .action(does(async () => (await import('./commands/check.ts')).check))
  program
    .command('progress')
    .description('how far you have come, lab by lab and task by task')
    .argument('[lab]', 'only this one, by its id or number')
    .action(does(async () => (await import('./commands/progress.ts')).progress))
  addGrading(program, does)
  return program
}

function addGrading(program: Command, does: Does): void {
  const collect = (value: string, before: readonly string[] = []) => [...before, value]
  const grade = program
    .command('grade')
    .description(
      'grade submissions: replay each from nothing, in a sandbox, and look at what it built',
    )
    .argument('<submission...>', 'folders, archives (.zip, .tar, .tar.gz) or single files')
    .option('--lab <lab>', 'its id, number or folder')
    .option('-o, --out <folder>', 'where class.json and a report for each submission go', 'grades')
    .option('-j, --jobs <number>', 'how many at the same time (default: one for each processor)')
    .option('--seed <text>', "draw the lab's values by this instead of by each student's name")
    .option('--report <format=file>', 'write this as well; may be given again', collect)
    .option('--gradebook <file>', 'what Canvas or Moodle exported, to be filled in')
    .option('--sign <key>', 'sign the reports with an Ed25519 private key (PEM)')
    .option('--time-limit <seconds>', 'for each submission (default: 120)')
    .option('--processor-limit <seconds>', "of the processor's time (default: 40)")
    .option('--idle-limit <seconds>', 'without computing or calling the cloud (default: 40)')
    .option('--memory-limit <mebibytes>', 'all its processes together (default: 1024)')
    .option('--disk-limit <mebibytes>', 'what it may write (default: 128)')
    .option('--output-limit <kibibytes>', 'on standard output and error (default: 1024)')
    .option(
      '--terraform-plugins <folder>',
      "Terraform's providers, as `terraform providers mirror` has them",
    )
    .option('--unsafe-no-sandbox', 'run submissions as if they were your own programs')
    .action(does(async () => (await import('./commands/grade.ts')).grade))
  grade
    .command('report')
    .description('write other reports of what was graded before, also of several parts as one')
    .argument('<class.json...>')
    .option('--report <format=file>', 'write this; may be given again', collect)
    .option('--gradebook <file>', 'what Canvas or Moodle exported, to be filled in')
    .action(does(async () => (await import('./commands/grade-report.ts')).report))
  grade
    .command('verify')
    .description('say whether a report is as it was signed')
    .argument('<report>')
    .option('--key <file>', 'the public key (PEM)')
    .action(does(async () => (await import('./commands/grade-verify.ts')).verify))
}

/** Says on standard error what is wrong and what to do; the exit status. */
function explain(error: unknown, argv: readonly string[], program: Command): number {
  if (error instanceof CommanderError) {
    // Help and the version come as "errors" with status 0, and are printed already.
    if (error.exitCode === 0) return exitStatus.ok
    if (error.code === 'commander.help') return exitStatus.usage
    const message = error.message.replace(/^error: /, '').replace(/\n\(/, ' (')
    return say(
      argv,
      'Usage',
      message,
      `See: ${namedCommand(argv, program)} --help`,
      exitStatus.usage,
    )
  }
  if (error instanceof ControlFailure) {
    return say(argv, error.code, error.message, advice[error.code], exitStatus.failed)
  }
  if (error instanceof Failure) {
    return say(argv, error.code, error.message, error.hint, error.status)
  }
  if (error instanceof LabMistake) {
    const hint = 'The author of the lab has to mend this: pocketcloud lab test FOLDER'
    return say(argv, 'LabMistake', error.message, hint, exitStatus.ungradable)
  }
  const unexpected = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return say(argv, 'Unexpected', unexpected, 'This is a bug in pocketcloud.', exitStatus.failed)
}

/** What to do about a control call that failed, by its code. */
const advice: Readonly<Record<string, string>> = {
  Unreachable: 'Start one with `pocketcloud start`, or name another with --endpoint.',
  NotPocketcloud:
    'Name the emulator with --endpoint, or start one on another port: pocketcloud start --port 4567',
  NoSuchInstance: 'List them: aws ec2 describe-instances',
  InstanceNotRunning: 'Start it: aws ec2 start-instances --instance-ids INSTANCE',
}

function say(
  argv: readonly string[],
  code: string,
  message: string,
  hint: string | undefined,
  status: number,
): number {
  const out = terminalOutput({ json: argv.includes('--json') })
  const text = out.json
    ? JSON.stringify({ error: { code, message, hint } }, null, 2)
    : `${out.paint.red('pocketcloud:')} ${message}${hint === undefined ? '' : `\n${hint}`}`
  process.stderr.write(`${text}\n`)
  return status
}

/** The command that a command line names, as far as it exists: `pocketcloud clock advance`. */
function namedCommand(argv: readonly string[], program: Command): string {
  let command = program
  const names = [program.name()]
  for (const word of argv) {
    const next = command.commands.find((candidate) => candidate.name() === word)
    if (next === undefined) continue
    command = next
    names.push(word)
  }
  return names.join(' ')
}

function version(): string {
  const description = readFileSync(new URL('package.json', packageRoot), 'utf8')
  return (JSON.parse(description) as { version: string }).version
}
