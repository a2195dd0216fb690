import { defineService } from '../../operation.ts'
import { jobTimers } from './jobs/run.ts'
import * as accessGrants from './operations/access-grants.ts'
import * as accessGrantsInstances from './operations/access-grants-instances.ts'
import * as accessGrantsLocations from './operations/access-grants-locations.ts'
import * as accessPointPolicies from './operations/access-point-policies.ts'
import * as accessPoints from './operations/access-points.ts'
import * as jobTags from './operations/job-tags.ts'
import * as jobs from './operations/jobs.ts'
import * as publicAccessBlock from './operations/public-access-block.ts'
import * as resourceTags from './operations/resource-tags.ts'
import * as storageLens from './operations/storage-lens.ts'
import * as storageLensGroups from './operations/storage-lens-groups.ts'

export default defineService(
  's3control',
  {
    ...accessGrants,
    ...accessGrantsInstances,
    ...accessGrantsLocations,
    ...accessPointPolicies,
    ...accessPoints,
    ...jobTags,
    ...jobs,
    ...publicAccessBlock,
    ...resourceTags,
    ...storageLens,
    ...storageLensGroups,
  },
  { timers: jobTimers },
)
