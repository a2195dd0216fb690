import { defineService } from '../../operation.ts'
import * as publicAccessBlock from './operations/public-access-block.ts'
import * as resourceTags from './operations/resource-tags.ts'

export default defineService('s3control', { ...publicAccessBlock, ...resourceTags })
