import { defineService } from '../../operation.ts'
import * as actions from './operations/actions.ts'
import * as experiments from './operations/experiments.ts'
import * as tags from './operations/tags.ts'
import * as templates from './operations/templates.ts'
import { experimentTimers } from './run.ts'

export default defineService(
  'fis',
  { ...actions, ...experiments, ...tags, ...templates },
  { timers: experimentTimers },
)
