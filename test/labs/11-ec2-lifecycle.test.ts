import { proveLab } from './prove-lab.ts'

proveLab('ec2-lifecycle')
