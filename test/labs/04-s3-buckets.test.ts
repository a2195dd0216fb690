import { proveLab } from './prove-lab.ts'

proveLab('s3-buckets')
