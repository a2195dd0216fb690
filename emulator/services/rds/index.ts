import { defineService } from '../../operation.ts'
import * as engineVersions from './operations/engine-versions.ts'
import * as instances from './operations/instances.ts'

export default defineService('rds', { ...instances, ...engineVersions })
