import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Lab } from '../catalogue.ts'
import type { LabChecks } from '../lab.ts'
import type { Report } from '../report.ts'
import type { EmulatorPool } from './emulators/pool.ts'
import type { GatePaths } from './gate.ts'
import { openGate, openMetadataGate } from './gate.ts'
import type { Limits } from './limits.ts'
import * as program from './program.ts'
import type { SubmissionResult } from './result.ts'
import { InfrastructureError, Ungradable } from './result.ts'
import { bubblewrap, hiddenAmong, limitWords } from './sandbox/bubblewrap.ts'
import { watchCloud } from './sandbox/cloud-usage.ts'
import type { SupervisedRun } from './sandbox/run.ts'
import { runSupervised } from './sandbox/run.ts'
import type { Tools } from './sandbox/tools.ts'
import type { Entry } from './submission/entry.ts'
import { findEntry } from './submission/entry.ts'
import type { SubmittedFile } from './submission/files.ts'
import { hashOf } from './submission/files.ts'
import { identityOf } from './submission/identity.ts'
import { readSubmission } from './submission/read.ts'
import type { RunFolder, Workspace } from './workspace.ts'
import { addApplyScript, fillHome, makeWorkspace } from './workspace.ts'

/** What all submissions of a class share. */
export interface GradingPlace {
  readonly lab: Lab
  readonly labVersion: string
  readonly checks: LabChecks
  readonly tools: Tools
  readonly versions: Readonly<Record<string, string>>
  readonly run: RunFolder
  readonly pool: EmulatorPool
  readonly limits: Limits
  /** Whether bubblewrap is used. */
  readonly sandboxed: boolean
  readonly plugins: string | undefined
  /** Everybody's; by default each student's own name. */
  readonly seed: string | undefined
  readonly signal: AbortSignal
}

/** A submission, as the instructor names it. */
export interface Submitted {
  readonly path: string
  /** Unique in its class. */
  readonly name: string
}

export interface Turn {
  /** Unique in this run of the grader. */
  readonly id: number
  /** Whom a grader who is root becomes; nobody else's at the same time. */
  readonly user: number | undefined
  /** Hears whether the submission is at work or waits. */
  readonly onChange: (isBusy: boolean) => void
}

/** Grades one submission, from nothing: never throws but for what the grader itself failed at. @throws {InfrastructureError} */
export async function gradeSubmission(
  submitted: Submitted,
  place: GradingPlace,
  turn: Turn,
): Promise<SubmissionResult> {
  const startedAt = new Date()
  const result = blankResult(submitted, place, startedAt)
  let files: readonly SubmittedFile[]
  let entry: Entry
  try {
    files = await readSubmission(submitted.path)
    const submission = { ...result.submission, hash: hashOf(files), files: files.length }
    Object.assign(result, { submission })
    entry = findEntry(files, place.lab.submission)
    Object.assign(result, { submission: { ...submission, entry } })
  } catch (error) {
    if (error instanceof Ungradable) {
      return { ...result, state: 'ungradable', message: error.message, times: until(startedAt) }
    }
    throw new InfrastructureError(`It could not be read: ${(error as Error).message}`)
  }
  const workspace = await makeWorkspace(place.run, turn.id, files)
  try {
    const { run, report, notes } = await replay(files, entry, result.seed, workspace, place, turn)
    const { seconds, processorSeconds, ...said } = run
    if (report.score === null) throw new InfrastructureError(whyUngradable(report))
    return {
      ...result,
      state: report.state === 'passed' ? 'passed' : 'failed',
      score: report.score,
      maxScore: report.maxScore,
      notes,
      run: said,
      tasks: report.tasks,
      times: { ...until(startedAt), runSeconds: round(seconds), processorSeconds },
    }
  } finally {
    await workspace.remove()
  }
}

/** A result for what could not be graded, by no fault of the submission's. */
export function failedByUs(
  submitted: Submitted,
  place: GradingPlace,
  why: string,
): SubmissionResult {
  const now = new Date()
  return { ...blankResult(submitted, place, now), message: why, times: until(now) }
}

function blankResult(
  { name }: Submitted,
  { lab, labVersion, checks, versions, seed }: GradingPlace,
  startedAt: Date,
): SubmissionResult {
  const { student } = identityOf(name)
  const conditions = checks.tasks.flatMap((task) => task.conditions)
  return {
    version: 1,
    lab: { id: lab.id, title: lab.title, version: labVersion },
    submission: { name, student, hash: null, files: 0, entry: null },
    seed: seed ?? student,
    state: 'infrastructure-error',
    score: null,
    maxScore: conditions.reduce((sum, { points }) => sum + points, 0),
    notes: [],
    run: null,
    tasks: [],
    versions,
    times: until(startedAt),
  }
}

async function replay(
  files: readonly SubmittedFile[],
  entry: Entry,
  seed: string,
  workspace: Workspace,
  place: GradingPlace,
  turn: Turn,
): Promise<{ run: SupervisedRun; report: Report; notes: readonly string[] }> {
  const { lab, pool } = place
  const notes: string[] = []
  if (entry.kind === 'files') {
    await addApplyScript(workspace, join(lab.folder, lab.submission.apply!))
  }
  if (entry.kind === 'bash' && (await program.hasWindowsLineEnds(workspace, entry))) {
    await withUnixLineEnds(join(workspace.submission, entry.file))
    notes.push(`${entry.file} has the line ends of Windows; it was run with those of Unix.`)
  }
  const { clock, metadata } = lab.submission
  const databases = place.sandboxed ? workspace.databases : undefined
  const emulator = await pool.open({ seed, folder: workspace.cloud, databases, clock, metadata })
  const paths: GatePaths = {
    endpoint: join(workspace.gate, 'endpoint.sock'),
    databases: join(workspace.gate, 'databases'),
    emulatorDatabases: workspace.databases,
  }
  const gate = await openGate(emulator.port, place.sandboxed ? paths : undefined)
  const toMetadata =
    metadata && place.sandboxed
      ? await openMetadataGate(emulator.port, join(workspace.gate, 'metadata.sock'))
      : undefined
  try {
    const launch = place.sandboxed
      ? inSandbox(files, entry, seed, workspace, place, turn)
      : await outOfSandbox(files, entry, seed, workspace, place, turn, gate.port!)
    const run = await runSupervised({
      ...launch,
      limits: place.limits,
      gate,
      cloud: watchCloud(emulator.pid, workspace.cloud),
      onChange: turn.onChange,
      signal: place.signal,
    })
    // Nothing of the submission is left, and nothing of it on its way: what is there now is what it built.
    await gate.close()
    turn.onChange(true)
    const report = await emulator.grade(lab.folder, seed)
    return { run, report, notes: [...notes, ...endingOf(run)] }
  } finally {
    await gate.close().catch(() => undefined)
    await toMetadata?.close()
    await emulator.close()
  }
}

function inSandbox(
  files: readonly SubmittedFile[],
  entry: Entry,
  seed: string,
  workspace: Workspace,
  { lab, tools, run, plugins, limits }: GradingPlace,
  { user }: Turn,
) {
  const places = program.sandboxPlaces
  const isWarm = program.callsAws(entry, tools, files)
  const bindings = program.bindingsFor(tools, run, workspace, plugins)
  const command = bubblewrap({
    bindings,
    hidden: hiddenAmong(program.secretFolders(tools, lab), bindings),
    environment: program.environmentOf(lab, seed, tools, places, isWarm),
    limits,
    command: program.insideCommand(tools, lab, isWarm, program.commandOf(entry, tools, places)),
    user,
  })
  // What bubblewrap itself is started with can be read in the sandbox, at its first process.
  return { command, environment: { PATH: '/usr/local/bin:/usr/bin:/bin' }, folder: '/' }
}

async function outOfSandbox(
  files: readonly SubmittedFile[],
  entry: Entry,
  seed: string,
  workspace: Workspace,
  { lab, tools, run, limits }: GradingPlace,
  { user }: Turn,
  port: number,
) {
  const work = await fillHome(workspace, files, { user, modules: tools.modules })
  const places: program.Places = {
    home: workspace.home,
    work,
    bin: run.bin,
    gate: workspace.gate,
    modules: join(workspace.home, 'node_modules'),
    terraformrc: join(run.etc, 'terraformrc'),
    endpoint: `http://127.0.0.1:${port}`,
  }
  // Of a user who is nobody else, processes can be counted; the instructor's own are many.
  const nproc = user === undefined ? [] : [`--nproc=${limits.processes * 6}`]
  return {
    command: [
      'prlimit',
      ...nproc,
      ...limitWords(limits),
      '--',
      ...program.commandOf(entry, tools, places),
    ],
    environment: program.environmentOf(lab, seed, tools, places, false),
    folder: work,
    user,
  }
}

/** What its author should know of how it ended; a good end is not worth a word. */
function endingOf({ exitCode, signal, stopped, output }: SupervisedRun): readonly string[] {
  if (stopped !== undefined) return [`${stopped.message} What it had built by then was graded.`]
  if (exitCode === 0) return []
  const how = signal === null ? `with exit status ${exitCode}` : `by signal ${signal}`
  const last = output.trim().split('\n').at(-1)?.slice(0, 300) ?? ''
  const words = last === '' ? '' : ` Its last words: ${last}`
  return [`It ended ${how}; what it had built by then was graded.${words}`]
}

async function withUnixLineEnds(file: string): Promise<void> {
  const bytes = await readFile(file, 'latin1')
  await writeFile(file, bytes.replaceAll('\r\n', '\n'), 'latin1')
}

function whyUngradable({ tasks }: Report): string {
  const conditions = tasks.flatMap((task) => task.conditions)
  const message = conditions.find(({ state }) => state === 'ungradable')?.message
  return message ?? 'The checks could not look at what was built.'
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000

function until(startedAt: Date): SubmissionResult['times'] {
  const finishedAt = new Date()
  return {
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    runSeconds: 0,
    processorSeconds: 0,
    seconds: round((finishedAt.getTime() - startedAt.getTime()) / 1000),
  }
}
