import { defineService } from '../../operation.ts'
import * as publicAccessBlock from './operations/public-access-block.ts'

export default defineService('s3control', { ...publicAccessBlock })
