import { proveLab } from './prove-lab.ts'

proveLab('first-instance')
