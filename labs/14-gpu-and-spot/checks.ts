import { condition, lab, task } from '../../checker/lab.ts'
import { checkLooked, checkPersistent, checkPriceLooked, checkType } from './choice.ts'
import {
  checkBack,
  checkCheckpoint,
  checkInterrupted,
  checkResumed,
  findCancelled,
} from './loss.ts'

export default lab({
  tasks: [
    task({
      id: 'choice',
      title: 'The cheapest that is large enough',
      hints: [
        '`describe-instance-types` has GpuInfo.TotalGpuMemoryInMiB. Your model needs {{memory}} × 1024.',
        'A type with several GPUs counts all of them.',
        'A request for another type? Cancel it, and make a new one.',
      ],
      explanation:
        'The smallest GPU that fits is nearly always the cheapest per result: a model that fills a small GPU wastes less than one that rattles in a large one.',
      conditions: [
        condition({
          id: 'looked',
          title: 'You asked AWS how much memory they have',
          points: 1,
          check: checkLooked,
        }),
        condition({
          id: 'price',
          title: 'You asked what they cost on the spot market',
          points: 1,
          check: checkPriceLooked,
        }),
        condition({
          id: 'type',
          title: 'You requested the right one',
          points: 2,
          check: checkType,
        }),
        condition({
          id: 'persistent',
          title: 'Your request comes back',
          points: 1,
          check: checkPersistent,
        }),
      ],
    }),
    task({
      id: 'interruption',
      title: 'Taken away, and going on',
      hints: [
        'AWS has to take the instance: `aws fis start-experiment`, or `pocketcloud spot interrupt INSTANCE`. Terminating it yourself is something else.',
        'The checkpoint has to be written after the notice and before the end: within two minutes of the cloud’s time.',
        'Then let time pass (`pocketcloud clock advance 10m`), and read the checkpoint.',
      ],
      explanation:
        'Two minutes are enough to save, and not enough to finish. So a job that is made for spot saves every few minutes anyway, and once more when the notice comes.',
      failcheck: findCancelled,
      conditions: [
        condition({
          id: 'interrupted',
          title: 'AWS took the instance back',
          points: 1,
          check: checkInterrupted,
        }),
        condition({
          id: 'checkpoint',
          title: 'You saved a checkpoint in time',
          points: 2,
          check: checkCheckpoint,
        }),
        condition({ id: 'back', title: 'Another instance came', points: 1, check: checkBack }),
        condition({
          id: 'resumed',
          title: 'It went on from there',
          points: 1,
          check: checkResumed,
        }),
      ],
    }),
  ],
})
