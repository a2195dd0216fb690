import { proveLab } from './prove-lab.ts'

proveLab('vpc-from-scratch')
