import { proveLab } from './prove-lab.ts'

proveLab('rds-high-availability')
