import { setTimeout as delay } from 'node:timers/promises'
import { loadChecks } from '../checker/catalogue.ts'
import { checkerUserAgent } from '../checker/cloud.ts'
import type { ControlClient } from '../checker/control-client.ts'
import type { Task } from '../checker/lab.ts'
import { readProgress } from '../checker/progress.ts'
import type { State, TaskReport } from '../checker/report.ts'
import { lookAndNote } from './checking.ts'
import { describeHint, takeHint } from './commands/lab-help.ts'
import type { Context } from './context.ts'
import type { Session } from './lab-session.ts'
import { nextTask } from './lab-session.ts'
import { renderMarkdown } from './markdown.ts'
import { renderTask } from './render-report.ts'

const pollingIntervalMs = 400

/** What a single key does while watching. */
type Key = 'hint' | 'next' | 'list' | 'again' | 'quit'

const keys: Readonly<Record<string, Key>> = {
  h: 'hint',
  n: 'next',
  l: 'list',
  c: 'again',
  q: 'quit',
  // Ctrl-C and Ctrl-D: a terminal in raw mode makes no signal of them.
  '\u0003': 'quit',
  '\u0004': 'quit',
}

/**
 * Looks at one task again whenever the student has called something, until they quit. It stays with its task after
 * that is passed: the next one comes when it is asked for. Without a keyboard it goes on by itself, and ends when
 * everything is passed.
 * @param taskId the task to begin with; by default the first that is not passed
 * @returns the lab's state at the end
 */
export async function watch(
  context: Context,
  session: Session,
  taskId: string | undefined,
): Promise<State> {
  const { out, control } = context
  const { lab, file } = session
  const { tasks } = await loadChecks(lab)
  const standing = () => readProgress(file).labs[lab.id] ?? session.standing
  let task = tasks.find(({ id }) => id === taskId) ?? nextTask(tasks, standing()) ?? tasks[0]!
  const keyboard = out.interactive ? listenForKeys() : noKeyboard
  let shown = ''
  let seen = 0
  let moved = true
  try {
    return await follow()
  } finally {
    keyboard.close()
  }

  async function follow(): Promise<State> {
    for (;;) {
      if (moved) {
        seen = (await control.events(0, 1)).latest
        const { report, newlyPassed } = await lookAndNote(context, session, task.id)
        show(report.tasks[0]!, newlyPassed.length > 0)
      }
      moved = false
      const next = nextTask(tasks, standing())
      if (!keyboard.present) {
        if (next === undefined) return 'passed'
        if (standing().tasks?.[task.id]?.passed === true) {
          task = next
          moved = true
          continue
        }
      }
      const key = await keyboard.within(pollingIntervalMs)
      if (key === 'quit') return next === undefined ? 'passed' : 'failed'
      else if (key === 'hint') await showHint()
      else if (key === 'list') list(tasks)
      else if (key === 'again' || key === 'next') {
        if (key === 'next') task = after(task) ?? task
        shown = ''
        moved = true
      } else {
        const change = await studentCalled(control, seen)
        seen = change.latest
        moved = change.called
      }
    }
  }

  /** The task that comes after this one and is not passed, else the first that is not. */
  function after(current: Task): Task | undefined {
    const noted = standing()
    return nextTask(tasks.slice(tasks.indexOf(current) + 1), noted) ?? nextTask(tasks, noted)
  }

  function show(report: TaskReport, explained: boolean): void {
    const lines = renderTask(report, out.paint, explained)
    // The same again would only push away what was read.
    if (lines.join('\n') === shown) return
    shown = lines.join('\n')
    out.answer({ task: report }, ['', ...lines])
    const done = report.state === 'passed'
    const rest = nextTask(tasks, standing())
    if (rest === undefined) out.hint('', 'Every task is passed. Well done!')
    out.hint(done && rest !== undefined ? '[n]ext  [l]ist  [q]uit' : '[h]int  [l]ist  [q]uit')
  }

  async function showHint(): Promise<void> {
    const hint = await takeHint(session, task.id)
    if (hint !== undefined) {
      out.answer({ hint }, ['', ...describeHint(hint, (text) => renderMarkdown(text, out.paint))])
    }
  }

  function list(all: readonly Task[]): void {
    const noted = standing().tasks
    const lines = all.map(({ id, title }, index) => {
      const mark = noted?.[id]?.passed === true ? out.paint.green('✓') : '·'
      return `${mark} ${index + 1}. ${title}${id === task.id ? out.paint.dim('  <- here') : ''}`
    })
    out.answer({ tasks: all.map(({ id }) => ({ id, ...noted?.[id] })) }, ['', ...lines])
  }
}

/** Whether anybody but the checks has called something since, and where the history ends now. */
async function studentCalled(control: ControlClient, since: number) {
  let after = since
  for (;;) {
    const { events, latest } = await control.events(after, 1000)
    // Another history, after a reset: everything in it is new.
    if (latest < after) return { latest, called: true }
    if (events.some(({ userAgent }) => !userAgent.includes(checkerUserAgent))) {
      return { latest, called: true }
    }
    after = events.at(-1)?.sequence ?? latest
    if (after >= latest) return { latest: after, called: false }
  }
}

interface Keyboard {
  readonly present: boolean
  /** The key pressed within this time, if one was. */
  within(ms: number): Promise<Key | undefined>
  close(): void
}

const noKeyboard: Keyboard = {
  present: false,
  within: (ms) => delay(ms, undefined),
  close: () => {},
}

function listenForKeys(): Keyboard {
  const { stdin } = process
  if (!stdin.isTTY) return noKeyboard
  const pressed: Key[] = []
  let wake = () => {}
  const onData = (data: Buffer) => {
    const known = Array.from(data.toString(), (character) => keys[character.toLowerCase()])
    pressed.push(...known.filter((key) => key !== undefined))
    wake()
  }
  stdin.setRawMode(true).resume().on('data', onData)
  return {
    present: true,
    async within(ms) {
      if (pressed.length === 0) {
        const waiting = new AbortController()
        wake = () => waiting.abort()
        await delay(ms, undefined, { signal: waiting.signal }).catch(() => {})
      }
      return pressed.shift()
    },
    close: () => {
      stdin.setRawMode(false).pause().off('data', onData)
    },
  }
}
