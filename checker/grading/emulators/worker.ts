// A process of the grader's, with emulators and the labs' checks in it. It is told what to do by messages, and ends with the grader.
import { Readable } from 'node:stream'
import { findLab } from '../../catalogue.ts'
import type { ControlClient, ReachAnswer } from '../../control-client.ts'
import type { GradingControl } from '../../grade.ts'
import { grade } from '../../grade.ts'
import type { HistoryEvent } from '../../history.ts'
import type { Emulator } from '../../../emulator/index.ts'
import { startEmulator } from '../../../emulator/index.ts'
import type { Answer, Request } from './messages.ts'

interface Opened {
  readonly emulator: Emulator
  readonly databases: string | undefined
}

const opened = new Map<number, Opened>()

process.on('disconnect', () => process.exit(0))
// The grader ends its processes itself, after it has written down what it has.
process.on('SIGINT', () => {})
process.on('message', (request: Request) => {
  void answer(request)
    .catch((error: Error): Answer => ({ id: request.id, failure: error.stack ?? error.message }))
    .then((result) => process.send!(result))
})

async function answer(request: Request): Promise<Answer> {
  const { id } = request
  if (request.do === 'open') return { id, port: await open(request) }
  const found = opened.get(id)
  if (found === undefined) throw new Error(`there is no emulator ${id}`)
  const { emulator, databases } = found
  if (request.do === 'close') {
    opened.delete(id)
    await emulator.close()
    return { id, closed: true }
  }
  const lab = findLab(request.lab)
  if (lab === undefined) throw new Error(`there is no lab ${request.lab}`)
  const report = await grade(lab, {
    endpoint: emulator.url,
    control: controlOf(emulator),
    since: { sequence: 0 },
    seed: request.seed,
    ...(databases === undefined ? {} : { databases }),
  })
  return { id, report }
}

async function open(request: Extract<Request, { do: 'open' }>): Promise<number> {
  const { id, seed, folder, databases, clock, metadata } = request
  // An emulator that keeps nothing has its objects in the folder for temporary files, at the moment it starts.
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = folder
  const starting = startEmulator({
    port: 0,
    ephemeral: true,
    seed,
    ...(databases === undefined ? {} : { databaseSockets: databases }),
    control: [...(clock ? (['clock'] as const) : []), ...(metadata ? (['imds'] as const) : [])],
  })
  if (TMPDIR === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = TMPDIR
  const emulator = await starting
  opened.set(id, { emulator, databases })
  return emulator.port
}

/** What grading asks of the control API, which nobody can ask over HTTP here. */
function controlOf(emulator: Emulator): GradingControl {
  const { account, region } = emulator
  return {
    health: () =>
      Promise.resolve({ account, region } as Awaited<ReturnType<ControlClient['health']>>),
    events(afterSequence, limit) {
      const events = emulator.events({ afterSequence, limit }) as unknown as HistoryEvent[]
      const latest = emulator.events({ limit: 1 }).at(-1)?.sequence ?? 0
      return Promise.resolve({ events, latest })
    },
    save: () => Promise.resolve(Readable.toWeb(emulator.save())),
    reach: async ({ port, protocol, ...ends }) =>
      (await emulator.reach({
        ...ends,
        protocol: protocol as 'tcp',
        port: Number(port),
      })) as unknown as ReachAnswer,
  }
}
