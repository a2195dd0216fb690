import { defineService } from '../../operation.ts'
import * as clusterParameterGroups from './operations/cluster-parameter-groups.ts'
import * as engineVersions from './operations/engine-versions.ts'
import * as instances from './operations/instances.ts'
import * as optionGroups from './operations/option-groups.ts'
import * as orderableOptions from './operations/orderable-options.ts'
import * as parameterGroups from './operations/parameter-groups.ts'
import * as parameters from './operations/parameters.ts'
import * as subnetGroups from './operations/subnet-groups.ts'

export default defineService('rds', {
  ...instances,
  ...engineVersions,
  ...orderableOptions,
  ...parameterGroups,
  ...clusterParameterGroups,
  ...parameters,
  ...optionGroups,
  ...subnetGroups,
})
